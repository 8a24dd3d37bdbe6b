/** Every word on the screen in German. People on a couch say du and ihr. */
import { plural, short } from "./words.js";

/** @param {number} number with the German comma */
const decimal = (number) => number.toFixed(1).replace(".", ",");

/** @type {typeof import("./en.js").en} */
export const de = {
  title: "Maribro Party",
  topbar: {
    send: "Schick Spiele an",
    sound: {
      on: (volume) => `Ton ${volume}`,
      turn: (volume) => `‹ Ton ${volume} ›`,
      off: "Ton aus",
      blocked: "Für Ton eine Taste auf der Tastatur drücken",
    },
    settings: "Optionen",
    end: "Runde beenden",
    ceremony: "Finale",
    join: "Zeigen, wie man ein Spiel schickt",
    watching: "Du schaust zu",
    pads: "Pads",
  },
  seats: {
    label: "Plätze",
    name: (slot) => `Platz ${slot + 1}`,
    short: (slot) => `P${slot + 1}`,
    press: "Mit",
    toJoin: "spielst du mit",
    orKey: "oder",
    noneFree: "Keine Figur ist frei",
    previous: "Vorige Figur",
    next: "Nächste Figur",
    leave: "Gehen",
    holdToLeave: "Halten: raus",
    leaving: "Weiter halten, dann bist du raus",
    take: "Nimm",
    ready: "Bereit",
    isReady: "Bereit!",
    notReady: "Doch nicht",
    change: "Ändern",
    goOn: "Weiter",
    voted: "Gewählt",
    vote: "Wählen",
    voting: "Überlegt …",
    up: "Gut",
    down: "Schlecht",
    rated: "Bewertet",
    missing: "Controller weg",
    readerAway: "Pads kommen gleich wieder",
    missingDo: "auf einem Pad geht’s weiter",
  },
  pads: {
    pad: (n) => `Pad ${n}`,
    phone: (n) => `Handy ${n}`,
    keyboard: (keys) => `Tasten ${keys}`,
    unmapped: "Ein Controller wird nicht verstanden. Versuch es mit Kabel, mit einem anderen oder mit der Tastatur.",
  },
  doctor: {
    heading: "Pads",
    holdRumble: "halten: rütteln",
    holdClose: "halten: schließen",
    close: "Schließen",
    rumble: "Rütteln",
    rate: "Meldungen",
    jitter: "Ungleich um",
    latency: "Verzögerung",
    unknown: "–",
    hertz: (hz) => `${Math.round(hz)} /s`,
    milliseconds: (ms) => `${decimal(ms)} ms`,
    span: (typical, worst) => `${decimal(typical)} bis ${decimal(worst)} ms`,
    browserOnly: "nur Browser",
    daemonOnly: "nur Pad-Leser",
    both: "Browser und Pad-Leser",
    link: { usb: "Kabel", bluetooth: "Bluetooth", virtual: "Virtuell", unknown: "" },
    battery: {
      unknown: "",
      empty: "Akku leer",
      low: "Akku schwach",
      medium: "Akku halb voll",
      full: "Akku voll",
      wired: "lädt",
    },
    allWell: "Alles gut. Drückt jeden Knopf und bewegt die Sticks: Oben seht ihr, was ankommt.",
    advice: {
      daemon_missing: () =>
        "Der Pad-Leser (maribro-input) ist nicht installiert, darum liest der Browser die Pads. Mit „cargo xtask party“ startet ihr die Party mit ihm.",
      daemon_off: () => "Der Pad-Leser ist ausgeschaltet (--no-input), darum liest der Browser die Pads.",
      daemon_away: () => "Der Pad-Leser startet. Bleibt das so, startet die Party neu.",
      mac_input_monitoring: () =>
        "Der Pad-Leser sieht kein Pad. Auf dem Mac müsst ihr es erlauben: Systemeinstellungen, Datenschutz & Sicherheit, Eingabeüberwachung. Startet dann die Party neu.",
      unmapped: (names) =>
        `Nicht verstanden: ${names}. Versucht es mit Kabel, einem anderen Pad oder der Tastatur, oder gebt maribro-input eine Belegungsdatei (--mappings).`,
      steam: (names) =>
        `Steam fügt eigene Pads hinzu (${names}), so zählt ein Pad doppelt. Beendet Steam oder schaltet Steam Input aus.`,
      bluetooth_crowd: () => "Vier Pads an einem Bluetooth-Adapter fallen gern mal aus. Hängt zwei davon an ein Kabel.",
      uneven: (names) => `Wenige oder ungleiche Meldungen: ${names}. Geht näher ran, ladet es oder nehmt ein Kabel.`,
      daemon_blind: (names) =>
        `Nur der Browser sieht ${names}. Es spielt mit, aber ohne Licht und weniger genau. Steckt es neu ein oder schließt andere Programme, die es benutzen.`,
      battery: (names) => `Bald laden: ${names}.`,
      bluetooth_effects: () =>
        "Pads mit Bluetooth rütteln und leuchten nicht. Hängt sie an ein Kabel oder startet mit --input-args „--bluetooth-effects“.",
      no_pads: () =>
        "Noch kein Pad. Schließt eins an und drückt einen Knopf darauf: Vorher zeigt der Browser es nicht.",
    },
  },
  shelf: {
    heading: "Spiele",
    count: (count) => plural(count, "Spiel", "Spiele"),
    fresh: "NEU",
    unstable: "stürzt oft ab",
    likes: (thumbs) => `heute ${plural(thumbs, "Daumen", "Daumen")} mehr hoch als runter`,
    length: (seconds) => `${Math.round(seconds)} s`,
    startVote: "Abstimmen",
    emptyHeading: "Noch keine Spiele",
    emptyText: "Bitte deinen Coding-Agenten um ein Minispiel. Er soll es hierher schicken:",
    hiddenHeading: "Alle Spiele sind versteckt",
    hiddenText: "In den Optionen könnt ihr sie wieder zeigen.",
    needPlayers: "Zum Spielen braucht es zwei Leute.",
    unknownMaker: "Irgendwem",
  },
  vote: {
    heading: "Was spielt ihr als Nächstes?",
    drawHeading: "Gleichstand!",
    winner: (title) => `Ihr spielt ${short(title)}!`,
    surprise: "Zufall",
    surpriseText: "Lasst euch überraschen",
    draw: (titles) =>
      titles.length <= 3
        ? `Gleichstand. Der Zufall wählte aus ${titles.map(short).join(", ")}`
        : `Gleichstand. Der Zufall wählte aus ${titles.length} Spielen`,
  },
  loading: {
    by: (maker) => `von ${maker}`,
    getReady: "Gleich geht’s los …",
  },
  round: {
    frame: (title) => `Spiel: ${title}`,
    timer: "Restzeit",
    elsewhere: "Das Spiel läuft auf dem großen Bildschirm",
  },
  pause: {
    pause: "Pause",
    heading: "Pause",
    lostHeading: "Controller weg",
    by: (slot, name) => `${name} (P${slot + 1}) macht Pause`,
    bySomebody: "Das Spiel wartet auf euch",
    reconnect: (slot) => `Spieler ${slot + 1}: neu verbinden oder`,
    onAnother: "auf einem anderen Pad",
    items: { continue: "Weiter", restart: "Neu starten", end: "Runde beenden", volume: "Lautstärke" },
    goOnWithout: "Weiter ohne",
    volume: (level, most) => (level === 0 ? "Stumm" : `${level} von ${most}`),
    choose: "Auswählen",
    resuming: "Gleich geht’s weiter!",
    watching: "Pause auf dem großen Bildschirm",
  },
  settings: {
    heading: "Optionen",
    rows: {
      volume: "Lautstärke",
      length: "Rundenlänge",
      vote: "Zeit zum Abstimmen",
      motion: "Bewegte Bilder",
      language: "Sprache",
      games: "Spiele im Regal",
      reset: "Alle Punkte löschen",
    },
    lengths: { 0.5: "Halb", 0.75: "Kürzer", 1: "Normal", 1.5: "Länger", 2: "Doppelt" },
    seconds: (n) => `${n} s`,
    motions: { auto: "Wie im System", on: "Weniger", off: "Alle" },
    shown: (shown, all) => `${shown} von ${all}`,
    holdToReset: "✕ halten",
    keepHolding: "Weiter halten …",
    onShelf: "Im Regal",
    hidden: "Versteckt",
    choose: "Auswählen",
    toggle: "Zeigen oder verstecken",
    back: "Zurück",
    close: "Schließen",
  },
  results: {
    heading: "Ergebnis",
    points: "Punkte",
    place: (place) => `${place}.`,
    tied: (place) => `Geteilter ${place}.`,
    nowAt: (place) => `jetzt ${place}.`,
    stays: (place) => `weiter ${place}.`,
    enters: (place) => `neu auf Platz ${place}`,
    outcome: {
      reported: "",
      timeout: "Das Spiel hat bis zum Schluss nicht gesagt, wer gewonnen hat. Alle bekommen 0 Punkte.",
      host_ended: "Die Runde wurde vorzeitig beendet.",
      crashed: "Das Spiel ist abgestürzt. Alle Punkte bleiben, wie sie waren.",
      hung: "Das Spiel ist hängen geblieben. Alle Punkte bleiben, wie sie waren.",
    },
  },
  rating: {
    heading: "Wie war’s?",
    question: (title) => `Hat euch ${short(title)} gefallen?`,
    none: "Noch offen",
    up: "Daumen hoch",
    down: "Daumen runter",
    bonusHeading: "Danke!",
    bonus: (maker, bonus) => `${maker} bekommt ${plural(bonus, "Punkt", "Punkte")} für dieses Spiel`,
    noVotes: "Niemand hat dieses Spiel bewertet.",
  },
  leaderboard: {
    heading: "Rangliste",
    empty: "Noch keine Punkte. Spielt eine Runde!",
    play: "Spielen",
    creator: "Bauen",
    parts: (play, creator) => `${plural(play, "Punkt", "Punkte")} fürs Spielen, ${creator} fürs Bauen`,
    streak: (rounds) => `${rounds}-mal in Folge gewonnen`,
  },
  and: (names) => (names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} und ${names.at(-1)}`),
  awards: {
    banger: { name: "Kracher des Abends", text: (ups) => `${ups}-mal Daumen hoch` },
    improved: {
      name: "Am meisten gesteigert",
      text: (points) => `${decimal(points)} Punkte pro Runde mehr als am Anfang`,
    },
    streak: { name: "Nicht zu stoppen", text: (rounds) => `${rounds} Siege in Folge` },
    second: { name: "Ewig Zweite", text: (rounds) => `${rounds} zweite Plätze` },
    fan: { name: "Größter Fan", text: (ups) => `gab ${ups}-mal Daumen hoch` },
    critic: { name: "Schwer zu begeistern", text: (downs) => `gab ${downs}-mal Daumen runter` },
    maker: { name: "Am fleißigsten gebaut", text: (games) => `${games} Spiele wurden gespielt` },
  },
  ceremony: {
    heading: "Das große Finale",
    place: (place, shared) =>
      (shared
        ? ["Geteilter erster Platz", "Geteilter zweiter Platz", "Geteilter dritter Platz"]
        : ["Erster Platz", "Zweiter Platz", "Dritter Platz"])[place - 1] ?? "",
    points: (points) => plural(points, "Punkt", "Punkte"),
    awards: "Preise des Abends",
    banger: "Kracher des Abends",
    maker: "Am besten gebaut",
    makerText: (points) => `${plural(points, "Punkt", "Punkte")} für beliebte Spiele`,
    closing: "Gute Nacht!",
    drawing: "Das Bild des Abends entsteht …",
    keep: "Holt euch das Bild des Abends aufs Handy:",
    notKept: "Das Bild kam nicht beim Host an. Hier könnt ihr es trotzdem herunterladen.",
    notDrawn: "Das Bild ließ sich nicht malen.",
    download: "Herunterladen",
    next: "Weiter",
    end: "Zur Lobby",
    out: "Raus",
    back: "Zurück",
  },
  watch: {
    pages: "Seiten",
    party: "Party",
    creators: "Spielebau",
    free: "Frei",
    plays: "Spielt",
    noGames: "Noch keine Spiele.",
    line: { connecting: "Verbinde …", open: "Live", lost: "Verbinde neu …" },
    phases: {
      lobby: "In der Lobby",
      vote: "Abstimmung",
      loading: "Nächstes Spiel",
      playing: "Läuft",
      closing: "Läuft",
      results: "Ergebnis",
      rating: "Bewertung",
    },
    about: (maker, seconds, plays, up, down) =>
      `${short(maker)} · ${Math.round(seconds)} s · ${plays ? `${plays}× gespielt · ${up} hoch, ${down} runter` : "noch nie gespielt"}`,
  },
  creators: {
    empty: "Noch hat niemand ein Spiel geschickt.",
    bonus: (points) => plural(points, "Punkt", "Punkte"),
    liked: (plays, up, down) =>
      plays ? `${plays}× gespielt, ${up}× Daumen hoch, ${down}× runter` : "Heute noch nicht gespielt",
    revision: (revision) => `Fassung ${revision}`,
    incidents: (count) => plural(count, "Absturzbericht", "Absturzberichte"),
    incident: (outcome, phase, revision) =>
      `${outcome === "hung" ? "Hängen geblieben" : "Abgestürzt"} in der Phase ${phase} (Fassung ${revision})`,
  },
  summary: {
    count: (rounds, games, people) =>
      `${plural(rounds, "Runde", "Runden")} · ${plural(games, "Spiel", "Spiele")} · ${plural(people, "Spieler", "Spieler")}`,
    games: "Gespielt",
    more: (count) => `und ${count} mehr`,
  },
  attract: {
    label: "Wartet auf Mitspieler",
    games: (count) =>
      count === 0
        ? "Schickt das erste Spiel an"
        : `${plural(count, "Spiel wartet", "Spiele warten")} auf euch. Schickt eures an`,
  },
  dialog: {
    playHeading: "Jetzt spielen?",
    playYes: "Los geht’s",
    ok: "OK",
    no: "Abbrechen",
    joinHeading: "Ein Spiel schicken",
    joinText:
      "Sag deinem Coding-Agenten: Bau mir ein Minispiel für diese Adresse, prüfe es und schick es. " +
      "Das Upload-Token ist maribro-upload, wenn der Host nichts anderes sagt.",
    watch: "Zuschauen auf /watch",
    creators: "Eure Spiele auf /creators",
    close: "Schließen",
  },
  connection: {
    lost: "Verbindung weg, neuer Versuch …",
    connecting: "Die Party wird gesucht …",
  },
  elsewhere: {
    heading: "Die Party läuft in einem anderen Fenster",
    text: "Nur ein Fenster kann die Spiele zeigen.",
    button: "Hier zeigen",
  },
  problemUnknown: "Beim Host stimmt etwas nicht. Schau in sein Fenster.",
  problems: {
    session_file_moved_aside:
      "Die gespeicherten Punkte waren nicht lesbar. Die Datei liegt beiseite, nichts ist gelöscht, die Party beginnt neu.",
    scores_not_saved:
      "Punkte lassen sich gerade nicht speichern. Sie gehen nicht verloren und werden gespeichert, sobald es wieder geht.",
    games_folder_unreadable: "Der Spieleordner ist nicht lesbar. Sobald er es ist, sind die Spiele wieder da.",
  },
  notices: {
    game_hung: (title, maker) => `${short(title)} von ${maker} antwortet nicht mehr, niemand verliert Punkte`,
    game_crashed: (title, maker) => `${short(title)} von ${maker} ist abgestürzt, niemand verliert Punkte`,
    game_timeout: (title, maker) =>
      `${short(title)} von ${maker} sagte nicht, wer gewonnen hat. Alle bekommen 0 Punkte.`,
    game_gone: (title, maker) =>
      `${short(title)} von ${maker} ist nicht mehr im Regal. Sucht euch ein anderes Spiel aus.`,
    stage_lost: (title) =>
      `Der große Bildschirm war weg, darum fiel ${short(title) || "die Runde"} aus. Alle Punkte bleiben.`,
    game_arrived: (title, maker) => `Neues Spiel: ${short(title)} von ${maker}!`,
  },
  refusals: {
    avatar_taken: "Diese Figur hat schon jemand. Nimm eine andere.",
    pad_taken: "Dieser Controller hat schon einen Platz.",
    forbidden: "Das geht nur am großen Bildschirm.",
    unknown_game: "Dieses Spiel ist nicht mehr im Regal. Nehmt ein anderes.",
  },
  keys: { Space: "Leer", Shift: "Umschalt", Enter: "Enter" },
  resetDone: "Alle Punkte beginnen wieder bei null.",
  resetFailed: "Die Punkte ließen sich nicht löschen. Versuch es noch einmal.",
};
