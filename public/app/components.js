/** Registers every custom element of the page. */
import { registerAttractScreen } from "./components/attract-screen/attract-screen.js";
import { registerDrawWheel } from "./components/draw-wheel/draw-wheel.js";
import { registerGameShelf } from "./components/game-shelf/game-shelf.js";
import { registerLeaderBoard } from "./components/leader-board/leader-board.js";
import { registerMissingPads } from "./components/missing-pads/missing-pads.js";
import { registerNextUp } from "./components/next-up/next-up.js";
import { registerNightCeremony } from "./components/night-ceremony/night-ceremony.js";
import { registerPadDoctor } from "./components/pad-doctor/pad-doctor.js";
import { registerPartyDialog } from "./components/party-dialog/party-dialog.js";
import { registerPauseOverlay } from "./components/pause-overlay/pause-overlay.js";
import { registerRoundFrame } from "./components/round-frame/round-frame.js";
import { registerRoundRating } from "./components/round-rating/round-rating.js";
import { registerRoundResults } from "./components/round-results/round-results.js";
import { registerSeatsBar } from "./components/seats-bar/seats-bar.js";
import { registerSettingsScreen } from "./components/settings-screen/settings-screen.js";
import { registerSoundHint } from "./components/sound-hint/sound-hint.js";
import { registerStageElsewhere } from "./components/stage-elsewhere/stage-elsewhere.js";
import { registerStatusBanner } from "./components/status-banner/status-banner.js";
import { registerTitleCard } from "./components/title-card/title-card.js";
import { registerToastList } from "./components/toast-list/toast-list.js";
import { registerPartyTopbar } from "./components/topbar/topbar.js";
import { registerVoteScreen } from "./components/vote-screen/vote-screen.js";

export function registerComponents() {
  registerPartyTopbar();
  registerGameShelf();
  registerLeaderBoard();
  registerVoteScreen();
  registerDrawWheel();
  registerTitleCard();
  registerRoundFrame();
  registerRoundResults();
  registerRoundRating();
  registerSeatsBar();
  registerNextUp();
  registerToastList();
  registerStatusBanner();
  registerStageElsewhere();
  registerMissingPads();
  registerPauseOverlay();
  registerSettingsScreen();
  registerAttractScreen();
  registerNightCeremony();
  registerPartyDialog();
  registerSoundHint();
  registerPadDoctor();
}
