//! What holds in every night, whatever people and games do.

use super::*;
use proptest::prelude::*;

fn any_report() -> impl Strategy<Value = FrameReport> {
    prop_oneof![
        Just(FrameReport::Ready { sdk_version: String::new() }),
        proptest::option::of(0u64..4).prop_map(|activity| FrameReport::Heartbeat { activity }),
        Just(FrameReport::Phase { phase: FramePhase::Results }),
        Just(FrameReport::Error { message: "e".into(), stack: String::new() }),
        Just(FrameReport::Log { level: ConsoleLevel::Log, text: "l".into() }),
        proptest::collection::vec(prop_oneof![Just(json!(null)), Just(json!(1e99)), Just(json!(3))], 0..6)
            .prop_map(|scores_by_slot| FrameReport::Ended { scores_by_slot }),
        Just(FrameReport::Lost {}),
    ]
}

#[derive(Debug, Clone)]
enum Move {
    Event(Event),
    /// A report on the current frame.
    Report(FrameReport),
    /// The disk answers to a record.
    Recorded,
    /// The disk answers to ratings.
    RatingsSaved,
}

fn any_move() -> impl Strategy<Value = Move> {
    let seats = proptest::array::uniform4(any::<bool>())
        .prop_map(|taken| std::array::from_fn(|slot| taken[slot].then(|| format!("avatar-{slot}"))));
    let shelf = (0usize..4)
        .prop_map(|n| Arc::new(["a", "b", "c"][..n.min(3)].iter().map(|id| game(id, 5.0)).collect::<Vec<_>>()));
    let id = prop_oneof![Just("a".to_owned()), Just("b".to_owned()), Just(String::new()), Just("gone".to_owned())];
    prop_oneof![
        2 => Just(Move::Event(Event::Clock)),
        2 => seats.prop_map(|seats| Move::Event(Event::SessionChanged { seats, played: BTreeSet::new() })),
        1 => shelf.prop_map(|shelf| Move::Event(Event::GamesChanged(shelf))),
        1 => proptest::option::of(0u64..3).prop_map(|stage| Move::Event(Event::StageChanged(stage))),
        2 => (0usize..5, any::<bool>()).prop_map(|(slot, ready)| Move::Event(Event::SetReady { slot, ready })),
        2 => Just(Move::Event(Event::StartVote)),
        2 => (0usize..5, id.clone()).prop_map(|(slot, game_id)| Move::Event(Event::Vote { slot, game_id })),
        3 => id.prop_map(|id| Move::Event(Event::StartGame(id))),
        1 => Just(Move::Event(Event::EndRound)),
        2 => (any::<bool>(), proptest::option::of(0usize..5)).prop_map(|(lost, slot)| {
            let reason = if lost { PauseReason::PadLost } else { PauseReason::Player };
            Move::Event(Event::Pause { reason, slot })
        }),
        2 => Just(Move::Event(Event::Resume)),
        1 => Just(Move::Event(Event::Restart)),
        1 => (0usize..5, 0usize..4, any::<bool>()).prop_map(|(factor, secs, hides)| {
            Move::Event(Event::SettingsChanged(Arc::new(PartySettings {
                length_factor: settings::LENGTH_FACTORS[factor],
                vote_sec: settings::VOTE_SECS[secs],
                hidden_games: if hides { vec!["a".into()] } else { Vec::new() },
                ..settings::defaults()
            })))
        }),
        2 => (0usize..5, -2i8..=2).prop_map(|(slot, rating)| Move::Event(Event::Rate { slot, rating })),
        6 => any_report().prop_map(Move::Report),
        3 => Just(Move::Recorded),
        2 => Just(Move::RatingsSaved),
    ]
}

/// Time moves by this many milliseconds with each event, back as well as forward.
fn any_night() -> impl Strategy<Value = Vec<(Move, i64)>> {
    let pace = prop_oneof![5 => 0i64..200, 2 => 0i64..4_000, 1 => 0i64..40_000, 1 => -5_000i64..0];
    proptest::collection::vec((any_move(), pace), 0..80)
}

/// Plays a night; gives the table and the clock that the round itself keeps after each step.
fn play(night: &[(Move, i64)]) -> (Table, Vec<Duration>) {
    let mut table = Table::laid();
    let mut clocks = Vec::new();
    for (next, pace) in night {
        table.now = Duration::from_millis((table.now.as_millis() as i64 + pace).max(0) as u64);
        match next.clone() {
            Move::Event(event) => table.event(event),
            Move::Report(report) => table.report(report),
            Move::Recorded => table.recorded(),
            Move::RatingsSaved => table.ratings_saved(),
        };
        clocks.push(table.round.now);
    }
    table.now = table.round.now;
    (table, clocks)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn from_any_reachable_state_the_clock_alone_leads_to_the_lobby(night in any_night()) {
        let (mut table, _) = play(&night);
        let mut steps = 0;
        while let Some(deadline) = table.round.next_deadline() {
            prop_assert!(deadline > table.now || steps == 0, "a deadline that a step does not clear would spin");
            table.now = table.now.max(deadline);
            table.event(Event::Clock);
            steps += 1;
            prop_assert!(steps < 1_000, "still in {:?} after {:?}", table.phase(), table.now);
        }
        prop_assert_eq!(table.phase(), Phase::Lobby);
    }

    #[test]
    fn scores_are_recorded_at_most_once_and_only_for_those_who_played(night in any_night()) {
        let (table, _) = play(&night);
        let mut seen: HashMap<Option<String>, u32> = HashMap::new();
        for record in table.records() {
            *seen.entry(record.round_id.clone()).or_default() += 1;
            for slot in 0..SEATS {
                prop_assert!(record.seats[slot].is_some() || record.scores[slot] == 0);
            }
            if matches!(record.outcome, Outcome::Hung | Outcome::Crashed | Outcome::Timeout) {
                prop_assert_eq!(record.scores, [0; SEATS]);
            }
        }
        prop_assert!(seen.values().all(|count| *count == 1), "{seen:?}");
    }

    #[test]
    fn scores_are_shown_only_after_their_record_was_confirmed(night in any_night()) {
        let (mut table, _) = play(&night);
        let shown = table.round.view(table.now).scores_by_slot;
        table.effects.retain(|effect| matches!(effect, Effect::Record(_)));
        if let Some(scores) = shown {
            prop_assert_eq!(table.records().last().map(|record| record.scores), Some(scores));
        }
    }

    #[test]
    fn time_never_goes_backwards(night in any_night()) {
        let (_, clocks) = play(&night);
        prop_assert!(clocks.is_sorted());
    }

    #[test]
    fn a_refused_event_changes_nothing_but_the_clock(night in any_night(), last in any_move()) {
        let (mut table, _) = play(&night);
        table.event(Event::Clock);
        let before = table.round.clone();
        let effects = match last {
            Move::Event(event) => table.event(event),
            Move::Report(report) => table.report(report),
            Move::Recorded => table.recorded(),
            Move::RatingsSaved => table.ratings_saved(),
        };
        if refused(&effects).is_some() {
            prop_assert_eq!(&table.round, &before);
            prop_assert_eq!(effects.len(), 1);
        }
    }
}
