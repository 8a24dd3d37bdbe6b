//! Lives of input daemons, one after the other.

use super::{
    Input, Settings, Token,
    address::{InputUrl, free_port},
    line::{Line, Lost},
    program::{self, NoProgram, Program},
};
use crate::{
    board::Board,
    child::keep::{End, Kept},
};
use maribro_contract::wire::InputState;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// The daemon's token file in the data folder, for one that was started by hand.
const TOKEN_FILE: &str = "input.token";
/// How long one that was started by hand may be away before the host starts its own in its place.
const AWAY: Duration = Duration::from_secs(3);
/// How often it is knocked at its door meanwhile.
const KNOCK: Duration = Duration::from_millis(200);
/// How long a child that hung up may take to end.
const LAST_MOMENTS: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub(super) struct Keeper {
    settings: Settings,
    board: Arc<Board>,
    stop: CancellationToken,
    /// The port on which the host starts its own, unless the address was named.
    port: Option<u16>,
    /// When one that was started by hand was last heard of.
    by_hand: Option<Instant>,
}

/// What the host's connection saw last.
enum Seen {
    Stop,
    /// How.
    Ended(String),
    Lost(Lost),
}

impl Keeper {
    /// Publishes where the daemon will be.
    pub(super) fn new(settings: Settings, board: Arc<Board>, stop: CancellationToken) -> Self {
        let mut keeper = Self { settings, board, stop, port: None, by_hand: None };
        let program = keeper.program();
        keeper.settle(program.is_some());
        keeper
    }

    fn program(&self) -> Option<PathBuf> {
        program::find(self.settings.program.as_deref())
    }

    /// Chooses the address, and publishes whether there is anything to be had there.
    fn settle(&mut self, is_there: bool) {
        let address = self.settings.url.clone().or_else(|| {
            self.port = free_port(self.port)
                .inspect_err(|error| tracing::warn!(%error, "there is no port for the input daemon"))
                .ok();
            Some(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port?)).into())
        });
        self.board.input.send_if_modified(|input| {
            let state = match input.state {
                _ if !is_there => InputState::Missing,
                InputState::Off | InputState::Missing | InputState::Starting if input.restarts == 0 => {
                    InputState::Starting
                }
                _ => InputState::Restarting,
            };
            // Nothing may be reached where nothing is; one with an address of its own may still be started by hand.
            let address = address.filter(|_| is_there || self.settings.url.is_some());
            let now = Input { state, address, token: None, pads: Vec::new(), ..input.clone() };
            let changed = *input != now;
            *input = now;
            changed
        });
    }
}

impl Kept for Keeper {
    const NAME: &'static str = "the input daemon";

    fn tell_missing(&self) {
        match &self.settings.program {
            Some(named) => {
                tracing::warn!("there is no input daemon at {}; the browser reads the pads", named.display())
            }
            None => tracing::info!("there is no program maribro-input; the browser reads the pads"),
        }
    }

    fn missing(&mut self) {
        self.settle(false);
    }

    fn restarting(&mut self) {
        self.board.input.send_modify(|input| {
            input.restarts = input.restarts.saturating_add(1);
            (input.state, input.token) = (InputState::Restarting, None);
            input.pads.clear();
        });
    }

    async fn one_life(&mut self) -> End {
        if let Some(url) = self.settings.url.clone() {
            match self.knock(&url).await {
                Ok((line, token)) => return self.watch_stranger(&url, line, token).await,
                Err(Lost::Nobody(_)) => {}
                Err(lost) => return End::failed(format!("at {url}: {lost}")),
            }
        }
        let Some(path) = self.program() else { return End::Missing };
        self.settle(true);
        let named =
            self.settings.url.as_ref().map(|url| url.local().ok_or_else(|| format!("nothing answers at {url}")));
        let own = self.port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let address = match named.or_else(|| own.map(Ok)) {
            Some(Ok(address)) => address,
            Some(Err(why)) => return End::failed(why),
            None => return End::failed("there is no port for it"),
        };
        let stop = self.stop.clone();
        let started = tokio::select! {
            // The child ends with its handle.
            () = stop.cancelled() => return End::Stop,
            started = Program::start(&path, &self.settings, address) => started,
        };
        match started {
            Ok((program, url)) => self.watch_child(program, url).await,
            Err(why) => End::failed(why),
        }
    }
}

impl Keeper {
    /// Whether one that was started by hand is there. Waits for one that was there a moment ago.
    async fn knock(&self, url: &InputUrl) -> Result<(Line, Token), Lost> {
        let tokens = self.tokens().await;
        loop {
            let mut answer = Err(Lost::WrongToken);
            for token in &tokens {
                answer = Line::open(url, token).await.map(|line| (line, token.clone()));
                if !matches!(answer, Err(Lost::WrongToken)) {
                    break;
                }
            }
            let was_there = self.by_hand.is_some_and(|heard| heard.elapsed() < AWAY);
            if !was_there || !matches!(answer, Err(Lost::Nobody(_))) || self.stop.is_cancelled() {
                return answer;
            }
            sleep(KNOCK).await;
        }
    }

    /// The tokens that one may have that was started by hand.
    async fn tokens(&self) -> Vec<Token> {
        let chosen = self.settings.token_was_chosen.then(|| self.settings.token.clone());
        let file = tokio::fs::read_to_string(self.settings.data_dir.join(TOKEN_FILE)).await;
        let kept = file.inspect_err(|error| tracing::debug!(%error, "there is no token of an input daemon")).ok();
        let kept = kept.map(|text| Token(text.trim().to_owned()));
        // With neither it is asked in vain, which shows at least whether anybody is there.
        let none = if chosen.is_none() && kept.is_none() { Some(Token(String::new())) } else { None };
        [chosen, kept, none].into_iter().flatten().collect()
    }

    async fn watch_stranger(&mut self, url: &InputUrl, mut line: Line, token: Token) -> End {
        tracing::info!(%url, "an input daemon runs there already and is used");
        let since = Instant::now();
        self.running(url.clone(), token, &line);
        let stop = self.stop.clone();
        let end = tokio::select! {
            () = stop.cancelled() => End::Stop,
            lost = self.listen(&mut line) => End::Over { well: since.elapsed(), why: format!("at {url}: {lost}") },
        };
        self.by_hand = Some(Instant::now());
        end
    }

    async fn watch_child(&mut self, mut program: Program, url: InputUrl) -> End {
        let token = self.settings.token.clone();
        let (pid, mut since) = (program.pid().unwrap_or_default(), None);
        let stop = self.stop.clone();
        let seen = tokio::select! {
            () = stop.cancelled() => Seen::Stop,
            ended = program.ended() => Seen::Ended(match ended {
                Ok(status) => NoProgram::Ended(status).to_string(),
                Err(error) => error.to_string(),
            }),
            lost = async {
                let mut line = match Line::open(&url, &token).await {
                    Ok(line) => line,
                    Err(lost) => return lost,
                };
                since = Some(Instant::now());
                tracing::info!(%url, pid, "the input daemon runs");
                self.running(url.clone(), token.clone(), &line);
                self.listen(&mut line).await
            } => Seen::Lost(lost),
        };
        let well = since.map_or(Duration::ZERO, |since| since.elapsed());
        match seen {
            Seen::Stop => {
                program.dismiss().await;
                End::Stop
            }
            Seen::Ended(status) => End::Over { well, why: status },
            Seen::Lost(lost) => {
                // One that hung up is mostly just ending, and its end says more; one that hangs does not get the time.
                let patience = if matches!(lost, Lost::Silent) { Duration::ZERO } else { LAST_MOMENTS };
                let why = match timeout(patience, program.ended()).await {
                    Ok(Ok(status)) => NoProgram::Ended(status).to_string(),
                    _ => lost.to_string(),
                };
                program.kill().await;
                End::Over { well, why }
            }
        }
    }

    fn running(&self, url: InputUrl, token: Token, line: &Line) {
        self.board.input.send_modify(|input| {
            input.state = InputState::Running;
            (input.address, input.token) = (Some(url), Some(token));
            input.pads = line.pads();
        });
    }

    /// Publishes the pads until the line is lost.
    async fn listen(&self, line: &mut Line) -> Lost {
        loop {
            if let Err(lost) = line.news().await {
                return lost;
            }
            let pads = line.pads();
            self.board.input.send_if_modified(|input| {
                let changed = input.pads != pads;
                input.pads = pads;
                changed
            });
        }
    }
}
