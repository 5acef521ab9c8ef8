// The bare rig as an executor of scripts: our i386 code in v86, without our kernel.
import { Generator, MODE_INVOCABLE, RefusedModule } from "../build/generator.ts";
import { Bare, type Outcome } from "../machine/bare.ts";
import { trapText } from "../../kernel/abi/traps.ts";
import type { Answer, Executor } from "./executor.ts";
import type { Action } from "./script.ts";

export class BareExecutor implements Executor {
  private constructor(
    readonly generator: Generator,
    readonly rig: Bare,
  ) {}

  /** `codegen` is a generator other than the sources' own. */
  static async create(codegen?: Uint8Array): Promise<BareExecutor> {
    return new BareExecutor(await Generator.load(codegen), await Bare.create());
  }

  refusal(bytes: Uint8Array): string | null {
    return this.generator.validate(bytes)?.rule ?? null;
  }

  load(bytes: Uint8Array): Answer {
    try {
      this.rig.load(this.generator.compile(bytes, MODE_INVOCABLE));
    } catch (error) {
      if (!(error instanceof RefusedModule)) throw error;
      return { traps: [], text: error.message };
    }
    return answerOf(this.rig.init());
  }

  perform(action: Action, results: number): Answer {
    if (action.get) {
      const bytes = this.rig.readVirtual(this.rig.symbol(action.field), 8);
      return { slots: [new DataView(bytes.buffer).getBigUint64(0, true)] };
    }
    const slots = action.arguments.map(({ bits }) => bits);
    while (slots.length < results) slots.push(0n);
    return answerOf(this.rig.invoke(action.field, slots));
  }
}

function answerOf(outcome: Outcome): Answer {
  switch (outcome.kind) {
    case "ok":
      return { slots: outcome.slots };
    case "exit":
      return { slots: [] };
    case "timeout":
      return { traps: [], text: "timeout" };
    case "trap": {
      const place = `at eip 0x${outcome.eip.toString(16)}, Wasm 0x${outcome.wasmOffset.toString(16)}`;
      return { traps: [outcome.trapKind], text: `${trapText(outcome.trapKind)} ${place}` };
    }
  }
}
