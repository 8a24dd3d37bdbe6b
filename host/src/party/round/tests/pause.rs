//! What pausing, going on and beginning again guarantee.

use super::*;
use maribro_contract::wire::Pause;
use proptest::prelude::*;

fn pause(slot: usize) -> Event {
    Event::Pause { reason: PauseReason::Player, slot: Some(slot) }
}

fn beat() -> FrameReport {
    FrameReport::Heartbeat { activity: Some(1) }
}

#[test]
fn a_paused_round_stands_still_and_goes_on_three_seconds_after_the_wish() {
    let mut table = Table::playing();
    table.wait_ms(10_000);
    table.event(pause(2));
    let effects = table.wait_ms(60_000);
    assert_eq!(effects, [], "no tick, no end");
    let view = table.round.view(table.now);
    let halted = Pause { reason: PauseReason::Player, slot: Some(2), resumes_in_ms: None, ends_in_ms: 540_000 };
    assert_eq!((view.phase, view.remaining_ms, view.paused), (Phase::Playing, Some(20_000), Some(halted)));
    assert_eq!(refused(&table.event(pause(0))), None, "twice is once");
    assert_eq!(table.round.view(table.now).paused.unwrap().slot, Some(2));
    table.event(Event::Resume);
    table.wait_ms(2_999);
    assert_eq!(table.round.view(table.now).paused.unwrap().resumes_in_ms, Some(1));
    let effects = table.wait_ms(1);
    assert!(effects.contains(&Effect::Tick { remaining: Duration::from_secs(20) }), "{effects:?}");
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.remaining_ms, view.paused), (Phase::Playing, Some(20_000), None));
    table.wait_ms(20_000);
    assert_eq!(table.phase(), Phase::Closing);
}

#[test]
fn who_was_about_to_go_on_may_think_better_of_it() {
    let mut table = Table::playing();
    table.event(pause(0));
    table.event(Event::Resume);
    table.wait_ms(2_000);
    table.event(Event::Pause { reason: PauseReason::PadLost, slot: Some(2) });
    table.wait_ms(10_000);
    let view = table.round.view(table.now);
    let halted = Pause { reason: PauseReason::PadLost, slot: Some(2), resumes_in_ms: None, ends_in_ms: 590_000 };
    assert_eq!((view.remaining_ms, view.paused), (Some(30_000), Some(halted)));
}

#[test]
fn only_who_plays_can_be_the_reason_of_a_pause() {
    let mut table = Table::playing();
    for slot in [1, 7] {
        assert_eq!(refused(&table.event(pause(slot))), Some("bad_body"));
    }
    assert_eq!(table.round.view(table.now).paused, None);
    table.event(Event::Pause { reason: PauseReason::Player, slot: None });
    assert_eq!(table.round.view(table.now).paused.unwrap().slot, None);
}

#[test]
fn a_forgotten_pause_ends_the_round_and_the_game_may_still_report() {
    let mut table = Table::playing();
    table.event(pause(0));
    table.wait_ms(600_000);
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.end_reason, view.paused), (Phase::Closing, Some(EndReason::Host), None));
    table.ended(json!([4, 0, 1, 0]));
    assert_eq!((table.records()[0].scores, table.records()[0].outcome), ([4, 0, 1, 0], Outcome::HostEnded));
}

#[test]
fn a_paused_round_can_be_ended_and_a_report_that_was_on_its_way_counts() {
    let mut table = Table::playing();
    table.event(pause(0));
    table.event(Event::EndRound);
    assert_eq!((table.phase(), table.round.view(table.now).end_reason), (Phase::Closing, Some(EndReason::Host)));
    let mut table = Table::playing();
    table.event(pause(0));
    table.ended(json!([4, 0, 1, 0]));
    assert_eq!((table.records()[0].scores, table.records()[0].outcome), ([4, 0, 1, 0], Outcome::Reported));
}

#[test]
fn a_round_begins_again_in_a_new_frame_with_its_whole_time_and_nothing_recorded() {
    for paused in [false, true] {
        let mut table = Table::playing();
        let (id, seed) = (table.round.id.clone(), table.round.seed);
        table.wait_ms(10_000);
        if paused {
            table.event(pause(0));
        }
        table.event(Event::Restart);
        let view = table.round.view(table.now);
        assert_eq!((view.phase, view.frame_attempt, view.paused), (Phase::Loading, 2, None));
        table.report(FrameReport::Ready { sdk_version: String::new() });
        let view = table.round.view(table.now);
        assert_eq!((view.id, view.seed, view.remaining_ms, view.paused), (id, seed, Some(30_000), None));
        assert_eq!(table.records().len(), 0);
        table.event(Event::StageChanged(None));
        assert_eq!(table.phase(), Phase::Loading, "a stage that is lost then still gets the round again");
    }
}

#[test]
fn a_stage_that_reloads_in_a_pause_gets_the_round_again_paused() {
    let mut table = Table::playing();
    table.wait_ms(10_000);
    table.event(pause(2));
    table.event(Event::StageChanged(None));
    assert_eq!((table.phase(), table.round.view(table.now).paused), (Phase::Loading, None));
    table.event(Event::StageChanged(Some(2)));
    table.report(FrameReport::Ready { sdk_version: String::new() });
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.remaining_ms, view.paused.unwrap().slot), (Phase::Playing, Some(30_000), Some(2)));
    table.event(Event::Resume);
    table.event(Event::Restart);
    table.report(FrameReport::Ready { sdk_version: String::new() });
    assert_eq!(table.round.view(table.now).paused, None, "it was for that frame only");
}

#[test]
fn a_game_that_hangs_in_a_pause_is_found_and_one_that_only_waits_is_not() {
    let mut table = Table::playing();
    table.report(FrameReport::Error { message: "e".into(), stack: String::new() });
    table.event(pause(0));
    for _ in 0..20 {
        table.wait_ms(500);
        table.report(beat());
    }
    assert_eq!(table.phase(), Phase::Playing, "none of its code runs, and none has to");
    table.wait_ms(3_000);
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameCrashed]));
    let mut table = Table::playing();
    table.report(beat());
    table.event(pause(0));
    table.wait_ms(3_000);
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameHung]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn pauses_of_any_length_take_nothing_off_the_rounds_clock(
        turns in proptest::collection::vec((0u64..5_000, 0u64..70_000), 0..6),
    ) {
        let mut table = Table::playing();
        let mut left = 30_000;
        for (played, paused) in turns {
            table.wait_ms(played);
            left -= played;
            prop_assert_eq!(table.round.view(table.now).remaining_ms, Some(left));
            table.event(pause(0));
            let mut effects = table.wait_ms(paused);
            effects.extend(table.event(Event::Resume));
            effects.extend(table.wait_ms(2_999));
            let ticks = effects.iter().filter(|effect| matches!(effect, Effect::Tick { .. })).count();
            prop_assert_eq!(ticks, 0);
            prop_assert_eq!(table.round.view(table.now).remaining_ms, Some(left));
            table.wait_ms(1);
        }
        table.wait_ms(left);
        prop_assert_eq!(table.phase(), Phase::Closing);
    }
}
