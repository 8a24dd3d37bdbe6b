//! Counts by address and minute: wrong secrets, so that nobody can guess for long, and what costs the host much, so
//! that no agent runs wild. A right secret is refused as well while its address is over the limit of wrong ones: else the
//! answer would tell a guesser which guess was right.

use super::{limits::Limits, trust::Address};
use crate::error::Error;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Wrong secrets that one address may try per [`WINDOW`].
pub const MAX_WRONG: u32 = 10;
/// Uploads with the right token of one address per [`WINDOW`]. A house full of agents sends fewer.
pub const UPLOADS_PER_WINDOW: u32 = 120;
/// Checks of one address per [`WINDOW`]: an agent checks more often than it sends.
pub const CHECKS_PER_WINDOW: u32 = 240;
/// See [`MAX_WRONG`].
pub const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered of each kind; beyond that the oldest is forgotten.
const MAX_ADDRESSES: usize = 10_000;

/// What is counted.
#[derive(Debug)]
pub struct Attempts {
    /// Wrong upload tokens.
    pub tokens: Secrets,
    /// Wrong host keys.
    pub keys: Secrets,
    /// Uploads with the right token.
    pub uploads: Counted,
    /// Checks of games.
    pub checks: Counted,
}

impl Attempts {
    /// Nothing is counted yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            tokens: Secrets::default(),
            keys: Secrets::default(),
            uploads: Counted::new(limits.uploads_per_window),
            checks: Counted::new(limits.checks_per_window),
        }
    }
}

/// Wrong tries at one secret. Each secret has its own, so that whoever guesses one locks nobody out of the other.
#[derive(Debug)]
pub struct Secrets(Counted);

impl Default for Secrets {
    fn default() -> Self {
        Self(Counted::new(MAX_WRONG))
    }
}

impl Secrets {
    /// Judges a secret: `right` says whether it was the right one.
    ///
    /// # Errors
    /// [`Error::RateLimited`] while the address is over the limit, else `refusal` for a wrong secret.
    pub fn judge(&self, address: Address, now: Instant, right: bool, refusal: Error) -> Result<(), Error> {
        if right {
            return self.0.look(address, now);
        }
        self.0.count(address, now)?;
        Err(refusal)
    }
}

/// Something that each address may do so often per [`WINDOW`].
#[derive(Debug)]
pub struct Counted {
    most: u32,
    by_address: Mutex<HashMap<Address, (Instant, u32)>>,
}

impl Counted {
    fn new(most: u32) -> Self {
        Self { most, by_address: Mutex::default() }
    }

    /// Counts once more for this address.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when it is over the limit; that is not counted.
    pub fn count(&self, address: Address, now: Instant) -> Result<(), Error> {
        self.within(address, now, true)
    }

    fn look(&self, address: Address, now: Instant) -> Result<(), Error> {
        self.within(address, now, false)
    }

    fn within(&self, address: Address, now: Instant, count_it: bool) -> Result<(), Error> {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        let known = by_address.get(&address).copied().filter(|(since, _)| now - *since < WINDOW);
        let (since, count) = known.unwrap_or((now, 0));
        if count >= self.most {
            return Err(Error::RateLimited((WINDOW - (now - since)).as_secs() + 1));
        }
        if !count_it {
            return Ok(());
        }
        if by_address.len() >= MAX_ADDRESSES && !by_address.contains_key(&address) {
            by_address.retain(|_, (since, _)| now - *since < WINDOW);
            if by_address.len() >= MAX_ADDRESSES {
                let oldest = by_address.iter().min_by_key(|(_, (since, _))| *since).map(|(address, _)| *address);
                oldest.map(|address| by_address.remove(&address));
            }
        }
        by_address.insert(address, (since, count + 1));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn address(n: u32) -> Address {
        Address::Named(IpAddr::from(n.to_be_bytes()))
    }

    #[test]
    fn after_ten_wrong_tries_even_the_right_one_waits_for_the_window() {
        let (secrets, start) = (Secrets::default(), Instant::now());
        let one = address(4);
        let judge =
            |address, now, right| secrets.judge(address, now, right, Error::InvalidUploadToken).map_err(|e| e.code());
        for _ in 0..MAX_WRONG {
            assert_eq!(judge(one, start, false), Err("invalid_upload_token"));
        }
        assert_eq!(judge(one, start, true), Err("rate_limited"));
        assert_eq!(judge(address(5), start, true), Ok(()), "others are not to blame");
        assert_eq!(judge(one, start + WINDOW, true), Ok(()));
    }

    #[test]
    fn right_tries_are_never_counted_as_wrong_ones() {
        let secrets = Secrets::default();
        for _ in 0..100 {
            let right = secrets.judge(address(1), Instant::now(), true, Error::InvalidUploadToken);
            assert_eq!(right, Ok(()));
        }
    }

    #[test]
    fn whoever_comes_from_ever_new_addresses_fills_no_memory() {
        let (counted, start) = (Counted::new(1), Instant::now());
        for n in 0..u32::try_from(MAX_ADDRESSES).unwrap() + 100 {
            assert_eq!(counted.count(address(n), start + Duration::from_millis(u64::from(n))), Ok(()));
        }
        assert_eq!(counted.by_address.lock().unwrap().len(), MAX_ADDRESSES);
    }
}
