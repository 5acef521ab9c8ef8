/**
 * pci: the only program that may speak to the configuration space of the PCI bus.
 *
 * Who can write there can make any card read and write memory, so drivers do not hold those ports. A driver asks for
 * its card by name; the service finds it, gives it the ports and the interrupt line that the policy has for its
 * driver, and turns them on. It never turns on bus mastering: no card may reach memory by itself.
 */
import { KernelError } from "../../kernel/abi/errors";
import { Slot } from "../../kernel/abi/capability";
import { exit, portRead, portWrite } from "../lib/kernel";
import { receive, replyReceive, setWords, word } from "../lib/message";
import { Ne2000, PciCard, PciRequest } from "./protocol";

/** As the policy's `service` line says. */
const ENDPOINT: u32 = 17;
const PORTS: u32 = Slot.DEVICE;
const CODE_NO_ENDPOINT: i32 = 1;
const ADDRESS: u32 = 0xcf8;
const DATA: u32 = 0xcfc;
const ENABLED: u32 = 0x80000000;
const DEVICES: u32 = 32;
const NONE: u32 = 0xffffffff;

/** Offsets in a card's configuration. */
const VENDOR: u32 = 0;
const DEVICE: u32 = 2;
const COMMAND: u32 = 4;
const BASE: u32 = 0x10;
const LINE: u32 = 0x3c;
const PIN: u32 = 0x3d;
const IO_ENABLE: u32 = 1;

/** The bridge that joins the four PCI interrupts to lines: a PIIX3. */
const BRIDGE_VENDOR: u32 = 0x8086;
const BRIDGE_DEVICE: u32 = 0x7000;
const ROUTES: u32 = 0x60;

function main(): void {
  let message = receive(ENDPOINT);
  while (message >= 0) {
    const known = word(0) === PciRequest.ENABLE && word(1) === PciCard.NE2000;
    const error = known ? enable(0x10ec, 0x8029) : <KernelError>KernelError.BAD_ARGUMENT;
    setWords(error, 0, 0, 0);
    message = replyReceive(ENDPOINT, 0, 0);
  }
  exit(CODE_NO_ENDPOINT);
}

function enable(vendor: u32, device: u32): KernelError {
  const card = find(vendor, device);
  const bridge = find(BRIDGE_VENDOR, BRIDGE_DEVICE);
  if (card === NONE || bridge === NONE) return KernelError.NOT_FOUND;
  const pin = read(card, PIN, 1);
  if (pin < 1 || pin > 4) return KernelError.NOT_FOUND;
  write(card, BASE, Ne2000.PORT | 1, 4);
  write(card, LINE, Ne2000.INTERRUPT, 1);
  // How the pins of the slots are wired to the bridge's four inputs.
  write(bridge, ROUTES + ((pin - 1 + card - 1) & 3), Ne2000.INTERRUPT, 1);
  write(card, COMMAND, IO_ENABLE, 2);
  return KernelError.OK;
}

/** The card's place on bus 0; NONE. */
function find(vendor: u32, device: u32): u32 {
  for (let card: u32 = 0; card < DEVICES; card++) {
    if (read(card, VENDOR, 2) === vendor && read(card, DEVICE, 2) === device) return card;
  }
  return NONE;
}

function select(card: u32, offset: u32): u32 {
  portWrite(PORTS, ADDRESS, ENABLED | (card << 11) | (offset & 0xfc), 4);
  return DATA + (offset & 3);
}

function read(card: u32, offset: u32, width: u32): u32 {
  return <u32>portRead(PORTS, select(card, offset), width);
}

function write(card: u32, offset: u32, value: u32, width: u32): void {
  portWrite(PORTS, select(card, offset), value, width);
}

main();
