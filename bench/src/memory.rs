//! Resident memory of another process.

use anyhow::{Context, Result, bail};
use rustix::process::Pid;
use std::time::{Duration, Instant};

/// Bytes in what the budgets call MB.
pub(crate) const MB: f64 = 1024.0 * 1024.0;
/// Two looks this far apart that differ by less than [`IDLE_CHANGE`] show a process at rest.
const IDLE_LOOK: Duration = Duration::from_millis(200);
/// Share by which the memory of a process at rest may still change.
const IDLE_CHANGE: f64 = 0.005;
/// Longest wait for a process to come to rest.
const IDLE_DEADLINE: Duration = Duration::from_secs(10);

/// Resident memory in bytes.
///
/// # Errors
/// The process is gone, or the system tells it in an unknown way.
pub(crate) async fn resident(pid: Pid) -> Result<f64> {
    if cfg!(target_os = "linux") {
        return field_of_status(pid, "VmRSS");
    }
    let id = pid.as_raw_nonzero().to_string();
    let output = tokio::process::Command::new("ps").args(["-o", "rss=", "-p", &id]).output().await.context("ps")?;
    let kilobytes: f64 = String::from_utf8(output.stdout)?.trim().parse().context("reading what ps says")?;
    Ok(kilobytes * 1024.0)
}

/// Resident memory in bytes once it stands still.
///
/// # Errors
/// As [`resident`], and when it does not come to rest.
pub(crate) async fn resident_at_rest(pid: Pid) -> Result<f64> {
    let deadline = Instant::now() + IDLE_DEADLINE;
    let mut last = resident(pid).await?;
    while Instant::now() < deadline {
        tokio::time::sleep(IDLE_LOOK).await;
        let now = resident(pid).await?;
        if (now - last).abs() <= last * IDLE_CHANGE {
            return Ok(now);
        }
        last = now;
    }
    bail!("the memory of process {} does not come to rest", pid.as_raw_nonzero())
}

/// Forgets the peak so far; `false` where the system cannot.
pub(crate) fn reset_peak(pid: Pid) -> bool {
    // "5" resets VmHWM: proc(5).
    std::fs::write(format!("/proc/{}/clear_refs", pid.as_raw_nonzero()), "5").is_ok()
}

/// Highest resident memory in bytes since [`reset_peak`]. Linux only.
///
/// # Errors
/// The process is gone, or this is another system.
pub(crate) fn peak(pid: Pid) -> Result<f64> {
    field_of_status(pid, "VmHWM")
}

fn field_of_status(pid: Pid, name: &str) -> Result<f64> {
    let path = format!("/proc/{}/status", pid.as_raw_nonzero());
    let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    kilobytes_in(&status, name).map(|kilobytes| kilobytes * 1024.0).with_context(|| format!("{path} has no {name}"))
}

fn kilobytes_in(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_status_are_read() {
        let status = "Name:\thost\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(kilobytes_in(status, "VmRSS"), Some(10_240.0));
        assert_eq!(kilobytes_in(status, "VmHWM"), Some(20_480.0));
        assert_eq!(kilobytes_in(status, "Vm"), None);
    }
}
