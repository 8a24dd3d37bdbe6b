//! Ends the daemon with the program that started it: that holds the other end of standard input, and the system closes it
//! whatever becomes of that program, on every platform.

use std::{
    io::{ErrorKind, Read},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// Longest time to end in an orderly way after that. A daemon that hangs then would be nobody's any more.
const LAST_MOMENTS: Duration = Duration::from_secs(5);

/// Done when standard input is closed. Some time later the process ends in any case.
pub fn watch() -> impl Future<Output = ()> + Send + 'static {
    let (closed, heard) = oneshot::channel();
    // Not by tokio: its reader of standard input would hold up the end of the runtime.
    thread::spawn(move || {
        read_to_end(std::io::stdin().lock());
        // Nobody hears it when the daemon is ending already.
        closed.send(()).ok();
        thread::sleep(LAST_MOMENTS);
        std::process::exit(1);
    });
    async move {
        // Without its thread nothing is known of the other program.
        if heard.await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn read_to_end(mut input: impl Read) {
    let mut scrap = [0; 256];
    loop {
        match input.read(&mut scrap) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
        }
    }
}
