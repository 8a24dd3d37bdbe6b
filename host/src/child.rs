//! Child processes of the host: found, started, kept running, and ended.
//!
//! - [`program`]: where a program lies
//! - [`leash`]: a child that ends with the host, and with it all that it started
//! - [`keep`]: the loop around one that shall always run
//! - [`pacing`]: how long to wait before it is started again; pure
//! - [`output`]: what one prints, line by line
//!
//! What a child is for stands elsewhere: [`crate::input`], [`crate::tunnel`], [`crate::playtest`].

pub mod keep;
pub mod leash;
pub mod output;
pub mod pacing;
pub mod program;

use tokio::process::Command;

/// Makes the child one that the host alone ends: in a process group of its own, because Ctrl-C goes to every process of the
/// terminal's group, and killed when its handle is dropped.
pub fn apart(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    command.process_group(0);
    command.kill_on_drop(true)
}
