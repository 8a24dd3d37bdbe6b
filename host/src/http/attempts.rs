//! Counts wrong secrets by address, so that nobody can guess for long. A right secret is refused as well while its
//! address is over the limit: else the answer would tell a guesser which guess was right.

use crate::error::Error;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Wrong secrets that one address may try per [`WINDOW`].
pub const MAX_WRONG: u32 = 10;
/// See [`MAX_WRONG`].
pub const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered; beyond that the oldest is forgotten.
const MAX_ADDRESSES: usize = 10_000;

/// Wrong secrets by address.
#[derive(Debug, Default)]
pub struct Attempts {
    wrong: Mutex<HashMap<IpAddr, (Instant, u32)>>,
}

impl Attempts {
    /// Judges a secret: `right` says whether it was the right one.
    ///
    /// # Errors
    /// [`Error::RateLimited`] while the address is over the limit, else `refusal` for a wrong secret.
    pub fn judge(&self, address: IpAddr, now: Instant, right: bool, refusal: Error) -> Result<(), Error> {
        let mut wrong = self.wrong.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (since, count) =
            wrong.get(&address).copied().filter(|(since, _)| now - *since < WINDOW).unwrap_or((now, 0));
        if count >= MAX_WRONG {
            return Err(Error::RateLimited((WINDOW - (now - since)).as_secs() + 1));
        }
        if right {
            return Ok(());
        }
        if wrong.len() >= MAX_ADDRESSES && !wrong.contains_key(&address) {
            let oldest = wrong.iter().min_by_key(|(_, (since, _))| *since).map(|(address, _)| *address);
            oldest.map(|address| wrong.remove(&address));
        }
        wrong.insert(address, (since, count + 1));
        Err(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_ten_wrong_tries_even_the_right_one_waits_for_the_window() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        let address = IpAddr::from([1, 2, 3, 4]);
        let judge =
            |address, now, right| attempts.judge(address, now, right, Error::InvalidUploadToken).map_err(|e| e.code());
        for _ in 0..MAX_WRONG {
            assert_eq!(judge(address, start, false), Err("invalid_upload_token"));
        }
        assert_eq!(judge(address, start, true), Err("rate_limited"));
        assert_eq!(judge(IpAddr::from([1, 2, 3, 5]), start, true), Ok(()), "others are not to blame");
        assert_eq!(judge(address, start + WINDOW, true), Ok(()));
    }

    #[test]
    fn right_tries_are_never_counted() {
        let attempts = Attempts::default();
        for _ in 0..100 {
            let right = attempts.judge(IpAddr::from([1, 1, 1, 1]), Instant::now(), true, Error::InvalidUploadToken);
            assert_eq!(right, Ok(()));
        }
    }
}
