//! `cargo xtask party` with a stand-in for cargo, which "builds" a host that is a shell script.

mod stand_in;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use stand_in::{workspace, write_program};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for a process to be gone; who has to reap an orphan may take its time.
const GONE_DEADLINE: Duration = Duration::from_secs(20);

/// Says its flags, leaves a process behind, and ends with code 7 when asked to.
const HOST: &str = r#"#!/bin/sh
echo "flags: $*"
[ "$1" = --die ] && exit "$2"
trap 'exit 7' TERM
trap 'exit 8' INT
[ "$1" = --stubborn ] && trap '' TERM INT
sleep 600 &
echo "pids: $$ $!"
wait
"#;

/// On a machine that has SDL2, as far as xtask can see.
fn start_party(root: &Path, flags: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let bin = root.join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    write_program(&bin.join("pkg-config"), "#!/bin/sh\n");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(bin).chain(std::env::split_paths(&path));
    start_party_on(root, flags, &std::env::join_paths(folders).expect("a path"))
}

fn start_party_on(root: &Path, flags: &[&str], path: &OsStr) -> (Child, BufReader<ChildStdout>) {
    let mut party = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("party")
        .args(flags)
        .env("CARGO", root.join("cargo"))
        .env("CARGO_MANIFEST_DIR", root.join("xtask"))
        .env("PATH", path)
        .env_remove("MARIBRO_INPUT_BIN")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("xtask starts");
    let output = BufReader::new(party.stdout.take().expect("its output"));
    (party, output)
}

fn pids_in(output: &mut impl BufRead) -> Vec<Pid> {
    loop {
        let mut line = String::new();
        assert!(output.read_line(&mut line).expect("output") > 0, "the host ended early");
        if let Some(pids) = line.strip_prefix("pids: ") {
            let raw = pids.split_whitespace().map(|pid| pid.parse().expect("a number"));
            return raw.map(|pid| Pid::from_raw(pid).expect("a process id")).collect();
        }
    }
}

fn assert_gone(pid: Pid) {
    let deadline = Instant::now() + GONE_DEADLINE;
    while test_kill_process(pid).is_ok() {
        assert!(Instant::now() < deadline, "process {pid:?} outlives the party");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_host_gets_every_flag_and_its_exit_code_is_passed_on() {
    let root = workspace(HOST);
    let (mut party, mut output) = start_party(root.path(), &["--die", "3", "--port", "0", "--help"]);
    let mut text = String::new();
    output.read_to_string(&mut text).expect("output");
    assert!(text.contains("flags: --die 3 --port 0 --help"), "{text}");
    assert_eq!(party.wait().expect("it ends").code(), Some(3));
}

/// A Mac's package manager is found wherever `PATH` points.
#[cfg(target_os = "linux")]
#[test]
fn where_sdl2_cannot_be_had_one_line_says_so_and_the_party_starts_without_the_input_daemon() {
    let root = workspace(HOST);
    let nothing = root.path().join("nothing");
    std::fs::create_dir(&nothing).expect("a folder");
    let (mut party, mut output) = start_party_on(root.path(), &["--die", "0"], nothing.as_os_str());
    let mut text = String::new();
    output.read_to_string(&mut text).expect("output");
    assert!(text.contains("flags: --die 0"), "{text}");
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("input daemon")).collect();
    assert!(matches!(lines.as_slice(), [line] if line.contains("please install SDL2's headers")), "{text}");
    assert!(party.wait().expect("it ends").success());
}

#[test]
fn nothing_that_the_party_started_outlives_it() {
    let root = workspace(HOST);
    for (signal, code) in [(Signal::TERM, 7), (Signal::HUP, 7), (Signal::INT, 8)] {
        let (mut party, mut output) = start_party(root.path(), &[]);
        let pids = pids_in(&mut output);
        kill_process(Pid::from_child(&party), signal).expect("xtask runs");
        assert_eq!(party.wait().expect("it ends").code(), Some(code), "{signal:?}");
        pids.into_iter().for_each(assert_gone);
    }
}

#[test]
fn a_second_signal_ends_a_party_that_does_not_listen() {
    let root = workspace(HOST);
    let (mut party, mut output) = start_party(root.path(), &["--stubborn"]);
    let pids = pids_in(&mut output);
    for signal in [Signal::TERM, Signal::HUP] {
        kill_process(Pid::from_child(&party), signal).expect("xtask runs");
    }
    assert_eq!(party.wait().expect("it ends").code(), Some(137));
    pids.into_iter().for_each(assert_gone);
}

#[test]
fn a_failed_build_ends_the_party() {
    let root = workspace(HOST);
    write_program(&root.path().join("cargo"), "#!/bin/sh\nexit 101\n");
    let (mut party, _output) = start_party(root.path(), &[]);
    assert_eq!(party.wait().expect("it ends").code(), Some(1));
}
