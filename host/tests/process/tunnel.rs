//! The host and its tunnel, which is a stand-in here: the real ones need the internet.

use crate::{client::PATIENCE, program::Program};
use rustix::process::{Pid, test_kill_process};
use std::{ffi::OsStr, fs, os::unix::fs::PermissionsExt, path::Path, time::Instant};

/// Waits until this gives something.
async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Whether it runs; who ended and has nobody that asks for it does not.
fn runs(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    let dead = stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")));
    test_kill_process(pid).is_ok() && !dead
}

fn pids(file: &Path) -> Option<Vec<Pid>> {
    let text = fs::read_to_string(file).ok()?;
    let numbers = text.strip_suffix('\n')?.split(' ').map(|number| Pid::from_raw(number.parse().unwrap()).unwrap());
    Some(numbers.collect())
}

#[tokio::test]
async fn the_tunnel_and_what_it_started_end_with_a_host_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (program, file) = (folder.path().join("tunnel"), folder.path().join("pids"));
    // It is deaf to requests, so nothing less than its end by force is enough.
    let script = format!("#!/bin/sh\ntrap '' TERM\nsleep 600 &\necho $$ $! > {}\nwait\n", file.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let flags = ["--no-input", "--tunnel", "cloudflared", "--tunnel-bin"].map(OsStr::new);
    let host = Program::start_with_input(folder.path(), &[&flags[..], &[program.as_os_str()]].concat());
    let started = until("it starts", || pids(&file)).await;
    assert!(started.iter().all(|pid| runs(*pid)));
    host.kill();
    until("it ends", || started.iter().all(|pid| !runs(*pid)).then_some(())).await;
}
