//! Tells the local network where the party is, by multicast DNS: the service `_maribro._tcp` and the name `maribro.local`.
//! `maribro send` finds the host by it. Nothing depends on it: where multicast does not pass, people type the address.

use maribro_contract::discovery::{HOST_NAME, SERVICE_TYPE};
use mdns_sd::{ServiceDaemon, ServiceInfo};
use std::{net::SocketAddr, time::Duration};

/// Longest time for the farewell to leave.
const FAREWELL: Duration = Duration::from_millis(500);

/// The party is announced for as long as this lives.
pub struct Announcement {
    daemon: ServiceDaemon,
    fullname: String,
}

impl std::fmt::Debug for Announcement {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Announcement").field("fullname", &self.fullname).finish_non_exhaustive()
    }
}

impl Announcement {
    /// Announces a host that listens at `address`; none for one that only this machine reaches.
    pub fn start(address: SocketAddr) -> Option<Self> {
        if address.ip().is_loopback() {
            return None;
        }
        Self::register(address)
            .inspect_err(
                |error| tracing::info!(%error, "the party cannot be announced in the network; people type its address"),
            )
            .ok()
    }

    fn register(address: SocketAddr) -> Result<Self, mdns_sd::Error> {
        let daemon = ServiceDaemon::new()?;
        // Two hosts in one network must differ.
        let instance = format!("Maribro Party {:08x}", rand::random::<u32>());
        let properties = [("path", "/"), ("version", env!("CARGO_PKG_VERSION"))];
        let listens_anywhere = address.ip().is_unspecified();
        let addresses = if listens_anywhere { String::new() } else { address.ip().to_string() };
        let service = ServiceInfo::new(SERVICE_TYPE, &instance, HOST_NAME, addresses, address.port(), &properties[..])?;
        let service = if listens_anywhere { service.enable_addr_auto() } else { service };
        let fullname = service.get_fullname().to_owned();
        daemon.register(service)?;
        Ok(Self { daemon, fullname })
    }

    /// Takes it back, so that nobody finds a host that is gone.
    pub async fn end(self) {
        let said = tokio::task::spawn_blocking(move || {
            if let Ok(farewell) = self.daemon.unregister(&self.fullname) {
                farewell.recv_timeout(FAREWELL).ok();
            }
            self.daemon.shutdown().map(drop)
        });
        if let Ok(Err(error)) = said.await {
            tracing::debug!(%error, "the announcement could not be taken back");
        }
    }
}
