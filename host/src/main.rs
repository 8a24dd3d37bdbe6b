//! The command line of the host.

use anyhow::Context;
use clap::Parser;
use maribro_host::{
    Host, browser,
    config::{Config, LogFormat},
    input::TOKEN_VARIABLE,
};
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::{process::ExitCode, time::Duration};
use tracing_subscriber::EnvFilter;

/// How long blocking work (a disk that does not answer) may hold up the end.
const EXIT_DEADLINE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let mut config = Config::parse();
    config.input_token = std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty());
    log(config.log_format);
    let ended = tokio::runtime::Runtime::new().context("the program cannot run here").and_then(|runtime| {
        let ended = runtime.block_on(run(config));
        runtime.shutdown_timeout(EXIT_DEADLINE);
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("maribro-host: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> anyhow::Result<()> {
    let (open, data_dir) = (!config.no_open, config.data_dir.clone());
    let shutdown = asked_to_stop()?;
    let host = Host::start(config).await?;
    greet(&host);
    let lobby_url = host.lobby_url();
    let screen = tokio::spawn(async move {
        if open && let Err(error) = browser::show(&lobby_url, &data_dir).await {
            tracing::warn!("{error:#}; open {lobby_url} by hand");
        }
    });
    host.run(shutdown).await;
    // The browser ends with the task that waits for it.
    screen.abort();
    screen.await.ok();
    Ok(())
}

/// Says where the party is. The first line is for programs, too: they wait for it.
fn greet(host: &Host) {
    println!("Lobby: {}", host.lobby_url());
    for url in host.join_urls() {
        println!("Join:  {url}");
    }
    for url in host.host_urls() {
        println!("Host from another device (keep it to yourself): {url}");
    }
    if let Some(code) = host.join_urls().first().and_then(|url| QrCode::new(url).ok()) {
        println!("{}", code.render::<Dense1x2>().quiet_zone(true).build());
    }
}

fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match format {
        LogFormat::Pretty => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

/// Done when somebody asks the program to end: Ctrl-C, or SIGTERM, or SIGHUP.
fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        // Without a handler there is nothing to wait for but the end.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
