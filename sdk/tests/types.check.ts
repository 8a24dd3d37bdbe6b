/** Uses every public member as a game would; `tsc` fails when the types lose one. Never run. */

const scores: MaribroScores = [10, 6, 3, 0];

export function useEverything(sdk: MaribroSdk): string {
  sdk.onReady((ctx: MaribroContext) => {
    const first: MaribroPlayer = ctx.playersBySlot[ctx.activeSlots[0]];
    const label: string = first.avatarId + first.name + first.color;
    const numbers: number[] = [first.slot, ctx.maxDurationSec, ...ctx.slotToGamepadIndex];
    const mock: boolean = ctx.mock;
    return [label, numbers, mock];
  });
  const input: MaribroInput = sdk.getInput(0);
  const { lx, ly, rx, ry } = input.axes;
  const { l2, r2, ...buttons } = input.buttons;
  const analog: number = lx + ly + rx + ry + l2 + r2;
  const held: boolean[] = Object.values(buttons);
  const name: MaribroButton = "south";
  const pressed: boolean = input.pressed[name] || input.pressed.l2;
  sdk.onTick(({ nowMs, timeRemainingMs }) => nowMs + timeRemainingMs);
  sdk.onForceEnd(({ reason }) => {
    const known: "timeout" | "host" = reason;
    return known;
  });
  void sdk.countdown().then(() => sdk.showResults({ scoresBySlot: scores, title: "Done" }));
  sdk.endGame(scores);
  sdk.rumble(0, { strong: 1, weak: 0, durationMs: 100 });
  sdk.rumble(1);
  sdk.setLight(0, "#ff0000");
  void sdk.audio.arm();
  sdk.audio.setEnabled(true);
  sdk.audio.setMasterVolume(0.5);
  sdk.audio.playNote({ note: 60, velocity: 1, durationMs: 50, instrument: "noise" });
  // @ts-expect-error there is no such instrument
  sdk.audio.playNote({ note: 60, instrument: "kazoo" });
  // @ts-expect-error inputs are read-only
  input.axes.lx = 1;
  const left: number = sdk.getTimeRemainingMs() + sdk.random() + sdk.getActiveSlots().length;
  return `${window.Maribro.version}${analog}${held}${pressed}${left}`;
}
