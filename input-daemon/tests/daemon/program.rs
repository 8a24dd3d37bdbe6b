//! The program: flags, files, and its end.

use crate::harness::{DEADLINE, Daemon, TOKEN, program};
use maribro_input::model::pad::FULL;
use rustix::process::{Signal, kill_process};
use std::process::{Output, Stdio};
use tokio::time::timeout;

async fn output_of(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = program(data.path());
    command.args(arguments).envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    timeout(DEADLINE, command.output()).await.expect("it ends").expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn sigterm_and_ctrl_c_end_it_cleanly_and_tell_the_clients() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut daemon = Daemon::with_pads(2).await;
        let mut client = daemon.client().await;
        client.state(|_| true).await;
        kill_process(daemon.id(), signal).expect("it runs");
        let closed = async {
            loop {
                match futures_util::StreamExt::next(&mut client.0).await {
                    Some(Ok(tokio_tungstenite::tungstenite::Message::Close(Some(frame)))) => {
                        return u16::from(frame.code);
                    }
                    Some(Ok(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
        };
        assert_eq!(timeout(DEADLINE, closed).await.expect("it says goodbye"), 1012, "come again");
        let status = timeout(DEADLINE, daemon.child.wait()).await.expect("it ends").expect("it was there");
        assert!(status.success(), "{signal:?}: {status}");
    }
}

#[tokio::test]
async fn it_ends_with_the_program_that_started_it_if_it_was_told_to() {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = program(data.path());
    command.args(["--port", "0", "--end-with-stdin"]).stdin(Stdio::piped());
    let (mut child, _) = crate::harness::started(command).await;
    drop(child.stdin.take());
    let status = timeout(DEADLINE, child.wait()).await.expect("it ends").expect("it was there");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_in_one_line() {
    let daemon = Daemon::start(&[]).await;
    let port = daemon.address.port().to_string();
    let output = output_of(&["--port", &port], &[]).await;
    assert!(!output.status.success());
    let told = text(&output.stderr);
    assert!(told.contains(&format!("port {port} is taken")) && told.contains("--port"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[tokio::test]
async fn list_prints_each_pad_and_ends() {
    let output = output_of(&["--list", "--virtual", "3"], &[]).await;
    assert!(output.status.success());
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("101  PS4 Controller  link virtual  battery "), "{lines:?}");
    assert!(lines[1].contains("serial virtual-1") && lines[1].contains("rate "), "{lines:?}");
    let output = output_of(&["--list"], &[]).await;
    assert!(output.status.success());
}

#[tokio::test]
async fn what_cannot_work_is_told_and_the_program_ends() {
    for (arguments, environment, told) in [
        (&["--port", "0", "--virtual", "1", "--script", "/nowhere"][..], &[][..], "/nowhere"),
        (&["--port", "0", "--mappings", "/nowhere"], &[], "/nowhere"),
        (&["--port", "0"], &[("MARIBRO_INPUT_TOKEN", "short")], "16 characters"),
        (&["--virtual", "9"], &[], "9"),
        (&[], &[("MARIBRO_INPUT_PORT", "a")], "a"),
    ] {
        let output = output_of(arguments, environment).await;
        assert!(!output.status.success(), "{arguments:?}");
        assert!(text(&output.stderr).contains(told), "{arguments:?}: {}", text(&output.stderr));
    }
}

#[tokio::test]
async fn flags_come_from_the_environment_too_and_logs_are_json_when_wanted() {
    let data = tempfile::tempdir().expect("a folder");
    let mut command = program(data.path());
    let environment = [
        ("MARIBRO_INPUT_PORT", "0"),
        ("MARIBRO_INPUT_VIRTUAL", "1"),
        ("MARIBRO_INPUT_LOG_FORMAT", "json"),
        ("RUST_LOG", "info"),
        ("MARIBRO_INPUT_TOKEN", TOKEN),
    ];
    command.envs(environment).stderr(Stdio::piped());
    let (mut child, address) = crate::harness::started(command).await;
    assert!(address.ip().is_loopback());
    kill_process(
        rustix::process::Pid::from_raw(i32::try_from(child.id().expect("it runs")).expect("an id")).expect("an id"),
        Signal::TERM,
    )
    .expect("it runs");
    let mut log = String::new();
    let mut stderr = child.stderr.take().expect("its log");
    let reading = tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut log);
    timeout(DEADLINE, reading).await.expect("it ends").expect("text");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().any(|line| line["fields"]["sdl"].as_str().is_some_and(|sdl| sdl.starts_with("2."))), "{log}");
    assert!(!log.contains(TOKEN));
}

#[tokio::test]
async fn a_script_plays_and_begins_again() {
    let data = tempfile::tempdir().expect("a folder");
    let script = data.path().join("demo.script");
    std::fs::write(&script, "0 0 tap south 5\n20 1 axis lx -1\n30 1 unplug\n40 1 plug\nloop 60\n").expect("written");
    let daemon = Daemon::start(&["--virtual", "2", "--script", script.to_str().expect("text")]).await;
    let mut client = daemon.client().await;
    client.state(|frame| frame.pads[0].presses[0] >= 3).await;
    client.event("disconnected").await;
    client.event("connected").await;
}

#[tokio::test]
async fn a_mapping_file_changes_what_buttons_mean() {
    let plain = Daemon::with_pads(1).await;
    let hello = plain.client().await.event("hello").await;
    let guid = hello["pads"][0]["guid"].as_str().expect("a guid").to_owned();
    // SDL takes only the lines for its own platform. ✕ and ○ change places.
    let platform = if cfg!(target_os = "macos") { "Mac OS X" } else { "Linux" };
    let line = format!("{guid},Swapped Pad,a:b1,b:b0,x:b2,y:b3,leftx:a0,lefty:a1,platform:{platform},\n");
    let file = plain.data.path().join("gamecontrollerdb.txt");
    std::fs::write(&file, line).expect("written");
    let daemon = Daemon::start(&["--virtual", "1", "--mappings", file.to_str().expect("text")]).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    rig.button(0, "south", 1.0).await;
    let frame = client.state(|frame| frame.pads[0].presses.iter().any(|count| *count > 0)).await;
    assert_eq!((frame.pads[0].values[0], frame.pads[0].values[1]), (0, FULL));
}

#[tokio::test]
async fn a_client_that_goes_away_without_a_word_is_no_trouble() {
    let daemon = Daemon::with_pads(1).await;
    for _ in 0..20 {
        drop(daemon.client().await);
    }
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    rig.button(0, "south", 1.0).await;
    client.state(|frame| frame.pads[0].values[0] == FULL).await;
}

/// Places in /proc/PID/stat, proc(5).
#[cfg(target_os = "linux")]
const PRIORITY_AND_POLICY: [usize; 2] = [40, 41];

/// Real-time priority and policy of a process's first thread.
#[cfg(target_os = "linux")]
fn schedule_of(process: &str) -> [u32; 2] {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    // The name is the second field and may hold anything.
    let rest = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<_> = rest.split_whitespace().collect();
    PRIORITY_AND_POLICY.map(|place| fields[place - 3].parse().expect("a number"))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_pads_come_before_other_programs_where_the_system_permits() {
    use thread_priority::unix::{RealtimeThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id};
    use thread_priority::{ThreadPriority, ThreadSchedulePolicy};
    const ROUND_ROBIN: u32 = 2;

    let tried = std::thread::spawn(|| {
        let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
        set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy)
    });
    let is_permitted = tried.join().expect("it ends").is_ok();
    let daemon = Daemon::with_pads(1).await;
    // The pads' thread is at work when it answers.
    daemon.rig().await.act("battery", serde_json::json!({ "pad": 0, "level": "full" })).await;
    let expected = if is_permitted { [1, ROUND_ROBIN] } else { [0, 0] };
    assert_eq!(schedule_of(&daemon.id().to_string()), expected);
}
