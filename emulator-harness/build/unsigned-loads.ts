// Works around an error of Binaryen's optimiser, as the compiler's transform.
//
// A 32-bit load into an i32 has a "signed" mark that means nothing, but the optimiser merges it with a following
// i64.extend_i32_u into i64.load32_s: the value is then extended with the wrong sign. Before it optimises, the
// mark is taken from every such load. rules.test.ts has the case.

/** Which fields of each kind of expression hold other expressions, one or several. */
const CHILDREN: Record<string, string[]> = {
  Block: ["children"],
  If: ["condition", "ifTrue", "ifFalse"],
  Loop: ["body"],
  Break: ["condition", "value"],
  Switch: ["condition", "value"],
  Call: ["operands"],
  CallIndirect: ["target", "operands"],
  LocalSet: ["value"],
  GlobalSet: ["value"],
  TableGet: ["index"],
  TableSet: ["index", "value"],
  TableGrow: ["value", "delta"],
  Load: ["ptr"],
  Store: ["ptr", "value"],
  Unary: ["value"],
  Binary: ["left", "right"],
  Select: ["ifTrue", "ifFalse", "condition"],
  Drop: ["value"],
  Return: ["value"],
  MemoryGrow: ["delta"],
  MemoryInit: ["dest", "offset", "size"],
  MemoryCopy: ["dest", "source", "size"],
  MemoryFill: ["dest", "value", "size"],
};
const WORD_BYTES = 4;

interface Description {
  id: number;
  type: number;
  bytes?: number;
  isSigned?: boolean;
  [field: string]: unknown;
}

type Ids = { [name in `${string}Id`]: number };

type Binaryen = Ids & {
  i32: number;
  getExpressionId(expression: number): number;
  getExpressionInfo(expression: number): Description;
  getFunctionInfo(func: number): { body: number };
  Load: { setSigned(expression: number, signed: boolean): void };
};

interface Module {
  getNumFunctions(): number;
  getFunctionByIndex(index: number): number;
}

export async function unsignedLoads() {
  const binaryen = (await import("binaryen")).default as unknown as Binaryen;
  const children = new Map(
    Object.entries(CHILDREN).map(([kind, fields]) => [binaryen[`${kind}Id`], fields]),
  );
  return {
    afterCompile(module: Module) {
      for (let i = 0; i < module.getNumFunctions(); i++) {
        const { body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
        if (body !== 0) clearSigns(binaryen, children, body);
      }
    },
  };
}

/** Visits a tree of expressions with a list of its own: bodies can nest deeper than the stack. */
function clearSigns(binaryen: Binaryen, children: Map<number, string[]>, root: number): void {
  const waiting = [root];
  for (let expression = waiting.pop(); expression; expression = waiting.pop()) {
    const fields = children.get(binaryen.getExpressionId(expression));
    if (fields === undefined) continue;
    const info = binaryen.getExpressionInfo(expression);
    const word = info.id === binaryen.LoadId && info.type === binaryen.i32;
    if (word && info.bytes === WORD_BYTES && info.isSigned) {
      binaryen.Load.setSigned(expression, false);
    }
    for (const field of fields) {
      const child = info[field];
      if (Array.isArray(child)) waiting.push(...child);
      else if (typeof child === "number" && child > 0) waiting.push(child);
    }
  }
}
