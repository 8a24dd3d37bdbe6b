/** Somebody's little brother: pushes the stick anywhere and presses anything, four times a second. */

const BUTTONS = ["south", "east", "west", "north"];
const CHANGE_MS = 250;

/** @type {import("../tests/harness/round.js").Bot} */
export function randomBot(_view, _slot, random, t, memory) {
  if (!(t < memory.until)) {
    memory.until = t + CHANGE_MS * (0.5 + random());
    const angle = random() * Math.PI * 2;
    memory.pad = { lx: Math.cos(angle), ly: Math.sin(angle) };
    if (random() < 0.7) memory.pad[BUTTONS[Math.floor(random() * BUTTONS.length)]] = true;
    memory.pressedAt = t;
  }
  if (t - memory.pressedAt > 100) for (const name of BUTTONS) delete memory.pad[name];
  return memory.pad;
}
