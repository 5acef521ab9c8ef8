// The console: lines for people, records for programs, and waiting for text.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Console } from "./console.ts";

const never = () => false;

function printed(text: string): Console {
  const console = new Console();
  print(console, text);
  return console;
}

function print(console: Console, text: string): void {
  for (const byte of new TextEncoder().encode(text)) console.push(byte);
}

test("records are kept apart from lines, carriage returns dropped", () => {
  const console = printed('one\r\n@{"n":1}\r\ntwo\n@broken\nrest');
  assert.equal(console.lines(), ["one", "two", "rest"]);
  assert.equal(console.records(), [{ n: 1 }]);
});

test("each match starts after the last one", async () => {
  const console = printed("> first\n> ");
  assert.is(await console.waitFor("> ", never), "> ");
  assert.is(await console.waitFor(/> $/, never), "> ");
  const third = console.waitFor("> ", never);
  print(console, "second\n> ");
  assert.is(await third, "> ");
});

test("text in several bytes per letter arrives whole", () => {
  assert.is(printed("größe µs\n").lines()[0], "größe µs");
});

test("a wait ends with the console, and with its deadline", async () => {
  const closed = new Console();
  const wait = closed.waitFor("x", never).catch((error) => error.message);
  closed.close("the machine ended");
  assert.match(await wait, /the machine ended/);
  const late = new Console();
  const expired = late.waitFor("x", () => true).catch((error) => error.message);
  late.checkDeadlines();
  assert.match(await expired, /the time is up/);
});

test("only the window since the last match is searched, however much was printed", async () => {
  const console = printed(`${"x".repeat(50_000)}\n`);
  const wait = console.waitFor("end", never);
  print(console, `${"y".repeat(50_000)}end`);
  assert.is(await wait, "end");
  assert.is(console.text.length, 100_004);
});

test.run();
