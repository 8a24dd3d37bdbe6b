//! Who drives the virtual pads. Commands are carried out in order; each has exactly one answer.

use super::{End, Server, Socket};
use crate::{
    hub::Order,
    protocol::{
        messages::{Refusal, read},
        rig::{Deed, RigCommand, RigEvent},
    },
};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Longest time for one answer to leave.
const WRITE_DEADLINE: Duration = Duration::from_secs(10);

/// From ready to the end.
pub(super) async fn serve(server: &Server, socket: &mut Socket) -> End {
    tokio::select! {
        () = server.stop.cancelled() => End::Shutdown,
        end = drive(server, socket) => end,
    }
}

async fn drive(server: &Server, socket: &mut Socket) -> End {
    let mut answer = RigEvent::Ready { pads: server.hub.rig.len() };
    loop {
        match timeout(WRITE_DEADLINE, socket.send(Message::Text(answer.json().into()))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return End::Broken(error),
            Err(_) => return End::Silent,
        }
        answer = loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => break obey(server, &text).await,
                Some(Ok(Message::Binary(_))) => {
                    break refused(None, &Refusal::BadMessage("messages are text".to_owned()));
                }
                Some(Ok(Message::Close(_))) | None => return End::Closed,
                Some(Ok(_)) => {}
                Some(Err(error)) => return End::Broken(error),
            }
        };
    }
}

async fn obey(server: &Server, text: &str) -> RigEvent {
    let (named, command) = read::<RigCommand>(text);
    let obeyed = match command.and_then(RigCommand::read) {
        Ok((pad, deed)) => carry_out(server, pad, deed).await,
        Err(refusal) => Err(refusal),
    };
    obeyed.unwrap_or_else(|refusal| refused(named, &refusal))
}

/// Does something with a virtual pad.
pub(crate) async fn carry_out(server: &Server, pad: usize, deed: Deed) -> Result<RigEvent, Refusal> {
    let device =
        server.hub.rig.get(pad).ok_or_else(|| Refusal::BadMessage(format!("there is no virtual pad {pad}")))?;
    let done = RigEvent::Done { at_us: server.hub.clock.now_us() };
    match deed {
        Deed::Report(report) => {
            // Not by an order: the pads' thread finds it when it looks, as it finds the report of a real pad.
            if device.report(report) { Ok(done) } else { Err(Refusal::Busy) }
        }
        Deed::Act(act) => {
            server.hub.order(|answer| Order::Rig(pad, act, answer)).await?;
            Ok(done)
        }
        Deed::TellEffects => {
            let effects = device.effects();
            Ok(RigEvent::Effects {
                rumbles: effects.rumbles.into(),
                lights: effects.lights.into(),
                players: effects.players.into(),
            })
        }
    }
}

fn refused(command: Option<String>, refusal: &Refusal) -> RigEvent {
    RigEvent::Error { command, code: refusal.code(), message: refusal.to_string() }
}
