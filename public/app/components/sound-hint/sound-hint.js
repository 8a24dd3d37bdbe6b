/** Says quietly how sound begins, as long as the browser keeps it back. */
import { make, PartyElement, show } from "../../build.js";
import { FRAME_PHASES } from "../../frame/messages.js";
import { texts } from "../../texts.js";

export class SoundHint extends PartyElement {
  build() {
    this.setAttribute("role", "status");
    this.append(make("p", { text: texts.topbar.sound.blocked }));
  }

  /** @param {import("../../view.d.ts").View} view */
  update({ host, ui }) {
    const phase = host.round?.phase ?? "lobby";
    show(this, ui.soundBlocked && !FRAME_PHASES.has(phase));
  }
}

export function registerSoundHint() {
  customElements.define("sound-hint", SoundHint);
}
