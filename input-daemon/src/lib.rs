//! maribro-input: pads through SDL2, served over WebSocket with as little latency as the machine allows.
//!
//! - [`backend`]: the thread of the pads; the edge to SDL
//! - [`model`]: pads, identities, press counters, rates; pure
//! - [`protocol`]: what goes over the wire
//! - [`server`]: the sockets
//! - [`hub`]: between the thread of the pads and the sockets
//! - [`virtual_pads`], [`script`], [`performer`]: pads without hardware
//! - [`pads_file`]: numbers of pads that outlast the program
//! - [`parent`]: ends with the program that started it
//! - [`config`], [`token`], [`list`], [`clock`]: the rest
//!
//! [`run`] is the whole program; `main` only reads arguments. It stays on the thread that calls it, which macOS wants to be
//! the main one.

pub mod backend;
pub mod clock;
pub mod config;
pub mod hub;
pub mod list;
pub mod model;
pub mod pads_file;
pub mod parent;
pub mod performer;
pub mod protocol;
pub mod script;
pub mod server;
pub mod token;
pub mod virtual_pads;

use anyhow::Context;
use backend::{Backend, Settings};
use config::Config;
use pads_file::PadsFile;
use script::Script;
use server::Server;
use std::{future::Future, io::Write, net::SocketAddr, sync::Arc, time::Duration};
use token::Token;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longest time for the connections to end.
const STOP_DEADLINE: Duration = Duration::from_secs(2);
/// Threads of the sockets: states are small, and pads and browser need the other cores.
const SOCKET_THREADS: usize = 2;

/// Serves pads until `shutdown` is done.
///
/// # Errors
/// The port is taken, SDL does not start, or a file cannot be used; each with a line that says what to do.
pub fn run<F, S>(config: &Config, token: Option<String>, shutdown: S) -> anyhow::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
    S: FnOnce() -> anyhow::Result<F>,
{
    let settings = Settings {
        mappings: config.mappings.clone(),
        bluetooth_effects: config.bluetooth_effects,
        pads_file: PadsFile::open(&config.data_dir, !config.list),
    };
    let (hub, source) = hub::pair(config.r#virtual.into());
    if config.list {
        return list::print(Backend::start(source, settings)?);
    }
    let script = read_script(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(SOCKET_THREADS)
        .enable_all()
        .build()
        .context("the program cannot run here")?;
    let (listener, shutdown) = runtime.block_on(async { anyhow::Ok((bind(config)?, shutdown()?)) })?;
    let token = Token::find(token, &config.data_dir)?;
    let mut backend = Backend::start(source, settings)?;

    let stop = CancellationToken::new();
    let address = listener.local_addr()?;
    let server = Arc::new(Server {
        hub: hub.clone(),
        token,
        sdl: backend::sdl_version(),
        bluetooth_effects: config.bluetooth_effects,
        rig_for_pages: config.rig_for_pages,
        stop: stop.clone(),
    });
    let serving = runtime.spawn(server::serve(listener, server));
    if let Some(script) = script {
        runtime.spawn(performer::play(script, hub.clone()));
    }
    let (asked, waker) = (stop.clone(), hub);
    let parent = config.end_with_stdin.then(parent::watch);
    runtime.spawn(async move {
        let parent_gone = async {
            match parent {
                Some(gone) => gone.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shutdown => {}
            () = parent_gone => tracing::info!("the program that started this one is gone, or wants it to end"),
        }
        asked.cancel();
        waker.wake();
    });
    greet(address);
    backend.run(|| stop.is_cancelled());
    let ended = runtime.block_on(async { tokio::time::timeout(STOP_DEADLINE, serving).await });
    if ended.is_err() {
        tracing::warn!("the connections did not end in time");
    }
    runtime.shutdown_timeout(STOP_DEADLINE);
    Ok(())
}

fn read_script(config: &Config) -> anyhow::Result<Option<Script>> {
    let Some(path) = &config.script else { return Ok(None) };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("the script {} cannot be read", path.display()))?;
    let script = Script::parse(&text, config.r#virtual.into());
    script.map(Some).with_context(|| format!("the script {} is wrong", path.display()))
}

fn bind(config: &Config) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(config.bind, config.port);
    server::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} is taken (is the daemon running already?); choose another with --port, or --port 0 for any",
            config.port
        ),
        _ => anyhow::anyhow!("cannot listen on {address}: {error}"),
    })
}

/// Says where the daemon is. The line is for programs, too: they wait for it.
fn greet(address: SocketAddr) {
    // Not println: whoever started the daemon may have closed the other end, and the pads go on.
    let mut out = std::io::stdout();
    if writeln!(out, "Input: ws://{address}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("nobody reads what is printed");
    }
}
