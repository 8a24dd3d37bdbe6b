/** Every word on the screen in English. The other languages have the same keys and parameters. */
import { ordinal, plural, short } from "./words.js";

export const en = {
  title: "Maribro Party",
  /** What browsers call the pages for other devices. */
  pageTitles: { watch: "Maribro Party: watch", creators: "Maribro Party: makers" },
  topbar: {
    send: "Send games to",
    sound: {
      /** @param {number} volume */
      on: (volume) => `Sound ${volume}`,
      /** @param {number} volume */
      turn: (volume) => `‹ Sound ${volume} ›`,
      off: "Sound off",
      blocked: "Press any key on the keyboard for sound",
    },
    settings: "Settings",
    end: "End round",
    ceremony: "Ceremony",
    join: "Show how to send a game",
    watching: "You are watching",
    pads: "Pads",
  },
  seats: {
    label: "Seats",
    /** @param {number} slot */
    name: (slot) => `Seat ${slot + 1}`,
    /** @param {number} slot */
    short: (slot) => `P${slot + 1}`,
    press: "Press",
    toJoin: "to join",
    orKey: "or",
    noneFree: "No face is free",
    previous: "Previous face",
    next: "Next face",
    leave: "Leave",
    holdToLeave: "Hold to leave",
    leaving: "Keep holding to leave…",
    take: "Take",
    ready: "Ready",
    isReady: "Ready!",
    notReady: "Not ready",
    change: "Change",
    goOn: "Go on",
    voted: "Voted",
    vote: "Vote",
    voting: "Choosing…",
    up: "Good",
    down: "Bad",
    rated: "Rated",
    missing: "Controller gone",
    readerAway: "Pads are coming back",
    missingDo: "on any pad to go on",
  },
  /** Who waits for a seat. */
  queue: {
    heading: "Next up",
    add: "More? Let a friend wait for a seat",
    more: "More?",
    who: "Who waits?",
    /** What ✕ does with the face. */
    deeds: { wait: "Wait", back: "That’s me", out: "Take out" },
    noPad: "no pad",
    away: "pad gone",
    /** @param {string} name @param {number} place */
    youWait: (name, place) => `${name}, you are ${ordinal(place)} in line. Hold ○ to leave.`,
    /** @param {string} name */
    cameFor: (name) => `in for ${name}`,
    /** @param {string} come @param {string} leave @param {number} count how many of each */
    turns: (come, leave, count) => `${come} in, ${leave} ${count === 1 ? "takes" : "take"} a break`,
  },
  pads: {
    /** @param {number} n */
    pad: (n) => `Pad ${n}`,
    /** @param {number} n */
    phone: (n) => `Phone ${n}`,
    /** @param {string} keys */
    keyboard: (keys) => `Keyboard ${keys}`,
    unmapped: "One controller is not understood. Try it with its cable, or take another one or the keyboard.",
  },
  doctor: {
    heading: "Pads",
    holdRumble: "hold: shake",
    holdClose: "hold: close",
    close: "Close",
    rumble: "Shake",
    rate: "Reports",
    jitter: "Uneven by",
    latency: "Delay",
    unknown: "–",
    /** @param {number} hz */
    hertz: (hz) => `${Math.round(hz)} /s`,
    /** @param {number} ms */
    milliseconds: (ms) => `${ms.toFixed(1)} ms`,
    /** @param {number} typical @param {number} worst */
    span: (typical, worst) => `${typical.toFixed(1)} to ${worst.toFixed(1)} ms`,
    browserOnly: "browser only",
    daemonOnly: "pad reader only",
    both: "browser and pad reader",
    link: { usb: "Cable", bluetooth: "Bluetooth", virtual: "Virtual", unknown: "" },
    battery: {
      unknown: "",
      empty: "battery empty",
      low: "battery low",
      medium: "battery half full",
      full: "battery full",
      wired: "charging",
    },
    allWell: "All is well. Press every button and move the sticks: what you do shows above.",
    /**
     * In plain words what to do; `names` of the pads it is about.
     * @type {Record<import("../pads/advice.js").AdviceId, (names: string) => string>}
     */
    advice: {
      daemon_missing: () =>
        "The pad reader (maribro-input) is not installed, so the browser reads the pads. Start the party with “cargo xtask party” to have it.",
      daemon_off: () => "The pad reader is switched off (--no-input), so the browser reads the pads.",
      daemon_away: () => "The pad reader is starting. If this stays, start the party again.",
      mac_input_monitoring: () =>
        "The pad reader sees no pad. On a Mac allow it: System Settings, Privacy & Security, Input Monitoring; then start the party again.",
      unmapped: (names) =>
        `Not understood: ${names}. Try the cable, another pad, or the keyboard; or give maribro-input a mapping file (--mappings).`,
      steam: (names) =>
        `Steam adds pads of its own (${names}), so one pad counts twice. Quit Steam, or switch Steam Input off.`,
      bluetooth_crowd: () => "Four pads on one Bluetooth adapter tend to drop out. Put two of them on a cable.",
      uneven: (names) => `Few or uneven reports: ${names}. Come nearer, charge it, or take a cable.`,
      daemon_blind: (names) =>
        `Only the browser sees ${names}. It plays, without light and with less precise presses. Unplug it and plug it in again, or close other programs that use it.`,
      battery: (names) => `Charge soon: ${names}.`,
      bluetooth_effects: () =>
        "Pads on Bluetooth do not shake or shine. Put them on a cable, or start with --input-args “--bluetooth-effects”.",
      no_pads: () => "No pad yet. Connect one, then press a button on it: browsers show no pad before that.",
    },
  },
  shelf: {
    heading: "Games",
    /** @param {number} count */
    count: (count) => plural(count, "game", "games"),
    fresh: "NEW",
    unstable: "keeps crashing",
    failedPlaytest: "failed its test",
    /** @param {number} thumbs */
    likes: (thumbs) => `${plural(thumbs, "more thumb", "more thumbs")} up than down tonight`,
    /** @param {number} seconds */
    length: (seconds) => `${Math.round(seconds)} s`,
    startVote: "Start the vote",
    emptyHeading: "No games yet",
    emptyText: "Ask your coding agent for a minigame and tell it to send the game here:",
    hiddenHeading: "All games are hidden",
    hiddenText: "Show some of them again in the settings.",
    needPlayers: "Two players are needed to play.",
    unknownMaker: "Somebody",
  },
  vote: {
    heading: "Vote for the next game",
    drawHeading: "It is a draw!",
    /** @param {string} title */
    winner: (title) => `${short(title)} it is!`,
    surprise: "Surprise me",
    surpriseText: "Any game, by chance",
    /** @param {string[]} titles */
    draw: (titles) =>
      titles.length <= 3
        ? `It was a draw. Chance chose among ${titles.map(short).join(", ")}`
        : `It was a draw. Chance chose among ${titles.length} games`,
  },
  loading: {
    /** @param {string} maker */
    by: (maker) => `by ${maker}`,
    getReady: "Get ready…",
  },
  round: {
    /** @param {string} title */
    frame: (title) => `Game: ${title}`,
    timer: "Time left",
    elsewhere: "The game runs on the big screen",
  },
  pause: {
    pause: "Pause",
    heading: "Paused",
    lostHeading: "Controller gone",
    /** @param {number} slot @param {string} name */
    by: (slot, name) => `${name} (P${slot + 1}) paused the game`,
    bySomebody: "The game waits for you",
    /** @param {number} slot */
    reconnect: (slot) => `Player ${slot + 1}, reconnect or press`,
    onAnother: "on another pad",
    items: { continue: "Continue", restart: "Start again", end: "End round", volume: "Volume" },
    goOnWithout: "Go on without",
    /** @param {number} level @param {number} most */
    volume: (level, most) => (level === 0 ? "Silent" : `${level} of ${most}`),
    choose: "Choose",
    resuming: "Get ready!",
    watching: "Paused on the big screen",
  },
  settings: {
    heading: "Settings",
    rows: {
      volume: "Volume",
      length: "Length of rounds",
      vote: "Time to vote",
      queue: "More than four people",
      motion: "Moving pictures",
      language: "Language",
      games: "Games on the shelf",
      reset: "Reset all scores",
    },
    /** @type {Record<number, string>} */
    lengths: { 0.5: "Half", 0.75: "Shorter", 1: "Normal", 1.5: "Longer", 2: "Double" },
    /** @param {number} n */
    seconds: (n) => `${n} s`,
    queueModes: { off: "No queue", winner_stays: "Winner stays", rotate: "Take turns" },
    motions: { auto: "As the system says", on: "Less", off: "All" },
    /** @param {number} shown @param {number} all */
    shown: (shown, all) => `${shown} of ${all}`,
    holdToReset: "Hold ✕",
    keepHolding: "Keep holding…",
    onShelf: "On the shelf",
    hidden: "Hidden",
    choose: "Choose",
    toggle: "Show or hide",
    back: "Back",
    close: "Close",
  },
  results: {
    heading: "Results",
    points: "points",
    /** @param {number} place */
    place: (place) => ordinal(place),
    /** @param {number} place */
    tied: (place) => `Tied ${ordinal(place)}`,
    /** @param {number} place on the leaderboard */
    nowAt: (place) => `now ${ordinal(place)}`,
    /** @param {number} place on the leaderboard */
    stays: (place) => `still ${ordinal(place)}`,
    /** @param {number} place on the leaderboard */
    enters: (place) => `new at ${ordinal(place)}`,
    /** @type {Record<import("../types.d.ts").Outcome, string>} */
    outcome: {
      reported: "",
      timeout: "The game did not say who won before time ran out, so everyone gets 0 points.",
      host_ended: "The round was ended early.",
      crashed: "The game crashed. Nobody's score changed.",
      hung: "The game stopped answering. Nobody's score changed.",
    },
  },
  rating: {
    heading: "Rate it",
    /** @param {string} title */
    question: (title) => `Did you like ${short(title)}?`,
    none: "Not yet",
    up: "Thumbs up",
    down: "Thumbs down",
    bonusHeading: "Thanks!",
    /** @param {string} maker @param {number} bonus */
    bonus: (maker, bonus) => `${maker} gets ${plural(bonus, "point", "points")} for making this game`,
    noVotes: "Nobody rated this game.",
  },
  leaderboard: {
    heading: "Leaderboard",
    empty: "No points yet. Play a round!",
    play: "Play",
    creator: "Maker",
    /** @param {number} play @param {number} creator */
    parts: (play, creator) => `${plural(play, "point", "points")} from playing, ${creator} as a maker`,
    /** @param {number} rounds */
    streak: (rounds) => `Won ${rounds} in a row`,
  },
  /**
   * Names one after the other.
   * @param {string[]} names
   */
  and: (names) => (names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`),
  /**
   * Small awards of the night: name, and what it was given for.
   * @type {Record<import("../night/awards.js").AwardKind, {name: string, text: (value: number) => string}>}
   */
  awards: {
    banger: { name: "Banger of the night", text: (ups) => `${plural(ups, "thumb", "thumbs")} up` },
    improved: { name: "Most improved", text: (points) => `${points.toFixed(1)} points a round more than at first` },
    streak: { name: "On fire", text: (rounds) => `${rounds} wins in a row` },
    second: { name: "Forever second", text: (rounds) => `${rounds} second places` },
    fan: { name: "Biggest fan", text: (ups) => `gave ${ups} thumbs up` },
    critic: { name: "Hard to please", text: (downs) => `gave ${downs} thumbs down` },
    maker: { name: "Busiest maker", text: (games) => `${games} games were played` },
  },
  ceremony: {
    heading: "The night's ceremony",
    /** @param {number} place @param {boolean} shared */
    place: (place, shared) =>
      (shared
        ? ["Shared first place", "Shared second place", "Shared third place"]
        : ["First place", "Second place", "Third place"])[place - 1] ?? "",
    points: (/** @type {number} */ points) => plural(points, "point", "points"),
    awards: "Awards of the night",
    banger: "Banger of the night",
    maker: "Top maker",
    /** @param {number} points */
    makerText: (points) => `${plural(points, "point", "points")} for games that people liked`,
    closing: "Good night!",
    drawing: "Drawing the picture of the night…",
    keep: "Take the picture of the night with your phone:",
    notKept: "The picture could not be handed to the host. It can still be downloaded here.",
    notDrawn: "The picture could not be drawn.",
    download: "Download",
    next: "Next",
    end: "To the lobby",
    out: "Leave",
    back: "Back",
  },
  /** The page for other devices. */
  watch: {
    pages: "Pages",
    party: "Party",
    creators: "Makers",
    free: "Free",
    plays: "Plays",
    noGames: "No games yet.",
    line: { connecting: "Connecting…", open: "Live", lost: "Reconnecting…" },
    /** @type {Record<import("../types.d.ts").Phase, string>} */
    phases: {
      lobby: "In the lobby",
      vote: "Voting",
      loading: "Next game",
      playing: "Playing",
      closing: "Playing",
      results: "Results",
      rating: "Rating",
    },
    /** @param {string} maker @param {number} seconds @param {number} plays @param {number} up @param {number} down */
    about: (maker, seconds, plays, up, down) =>
      `${short(maker)} · ${Math.round(seconds)} s · ${plays ? `played ${plays}× · ${up} up, ${down} down` : "not played yet"}`,
  },
  creators: {
    empty: "Nobody has sent a game yet.",
    /** @param {number} points */
    bonus: (points) => `${plural(points, "point", "points")}`,
    /** @param {number} plays @param {number} up @param {number} down */
    liked: (plays, up, down) =>
      plays ? `Played ${plays}×, ${plural(up, "thumb", "thumbs")} up, ${down} down` : "Not played tonight",
    /** @param {number} revision */
    revision: (revision) => `Revision ${revision}`,
    /** @param {number} count */
    incidents: (count) => `${plural(count, "crash report", "crash reports")}`,
    /** What the game did when it was taken off the stage. @type {Record<string, string>} */
    during: { loading: "while starting", playing: "while playing", closing: "while ending" },
    /** @param {string} outcome @param {string} during @param {number} revision */
    incident: (outcome, during, revision) =>
      `${outcome === "hung" ? "Stopped answering" : "Crashed"} ${during} (revision ${revision})`,
  },
  /** The picture of the night. */
  summary: {
    /** @param {number} rounds @param {number} games @param {number} people */
    count: (rounds, games, people) =>
      `${plural(rounds, "round", "rounds")} · ${plural(games, "game", "games")} · ${plural(people, "player", "players")}`,
    games: "Games played",
    /** @param {number} count */
    more: (count) => `and ${count} more`,
  },
  attract: {
    label: "Waiting for players",
    /** @param {number} count */
    games: (count) =>
      count === 0 ? "Send the first game to" : `${plural(count, "game", "games")} to play. Send yours to`,
  },
  dialog: {
    playHeading: "Play now?",
    playYes: "Play now",
    ok: "OK",
    no: "Cancel",
    joinHeading: "Send a game",
    joinText:
      "Tell your coding agent: make me a minigame for this address, check it and send it. " +
      "The upload token is maribro-upload, unless the host says otherwise.",
    watch: "Look on at /watch",
    creators: "Makers see their games at /creators",
    close: "Close",
  },
  connection: {
    lost: "Connection lost, reconnecting…",
    connecting: "Looking for the party…",
  },
  elsewhere: {
    heading: "The party is on another window",
    text: "Only one window can run the games.",
    button: "Show it here",
  },
  problemUnknown: "Something is wrong at the host. Look at its window.",
  /** @type {Record<import("../types.d.ts").Problem, string>} */
  problems: {
    session_file_moved_aside:
      "The saved scores could not be read. The file was put aside, nothing was deleted, and the party began anew.",
    scores_not_saved: "Scores cannot be saved right now. They are kept and saved as soon as the disk works again.",
    games_folder_unreadable: "The games folder cannot be read. Games come back as soon as it can.",
  },
  /**
   * What happened, whose game, what happens next.
   * @type {Record<import("../types.d.ts").NoticeCode, (title: string, maker: string) => string>}
   */
  notices: {
    game_hung: (title, maker) => `${short(title)} by ${maker} stopped responding, nobody loses points`,
    game_crashed: (title, maker) => `${short(title)} by ${maker} crashed, nobody loses points`,
    game_timeout: (title, maker) => `${short(title)} by ${maker} never said who won. Everyone gets 0 points.`,
    game_gone: (title, maker) =>
      `${short(title)} by ${maker} was taken off the shelf before it could start. Choose another.`,
    stage_lost: (title) =>
      `The big screen went away, so ${short(title) || "the round"} was called off. No scores changed.`,
    game_arrived: (title, maker) => `New game: ${short(title)} by ${maker}!`,
  },
  /** What a refused wish means to people; a code that is missing here is for developers only. */
  refusals: /** @type {Record<string, string>} */ ({
    avatar_taken: "Somebody else has that face already. Choose another.",
    pad_taken: "That controller has a seat already.",
    forbidden: "Only the big screen can do that.",
    unknown_game: "That game is not on the shelf any more. Choose another.",
  }),
  /** Words on key caps. @type {Record<string, string>} */
  keys: { Space: "Space", Shift: "Shift", Enter: "Enter" },
  resetDone: "The scores start again at zero.",
  resetFailed: "The scores could not be reset. Try again.",
};
