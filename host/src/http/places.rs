//! Places for what costs much, some of them for each address, so that nobody takes them all.

use super::trust::Address;
use crate::error::Error;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Seconds after which somebody who has too much going on may try again.
const TRY_AGAIN_SEC: u64 = 1;

/// Counts what each address has going on.
#[derive(Debug, Clone)]
pub struct PerAddress {
    most: usize,
    held: Arc<Mutex<HashMap<Address, usize>>>,
}

/// One of what an address has going on; over when dropped.
#[derive(Debug)]
pub struct Held {
    address: Address,
    held: Arc<Mutex<HashMap<Address, usize>>>,
}

impl PerAddress {
    /// So many for each address.
    pub fn new(most: usize) -> Self {
        Self { most, held: Arc::default() }
    }

    /// One more for this address.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when it has as many as it may.
    pub fn take(&self, address: Address) -> Result<Held, Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= self.most {
            return Err(Error::RateLimited(TRY_AGAIN_SEC));
        }
        *count += 1;
        Ok(Held { address, held: Arc::clone(&self.held) })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// Places for forms that are held in memory.
#[derive(Debug)]
pub struct Places {
    free: Arc<Semaphore>,
    each: PerAddress,
}

/// One of them; free again when dropped.
#[derive(Debug)]
pub struct Taken {
    _place: OwnedSemaphorePermit,
    _each: Option<Held>,
}

impl Places {
    /// So many, and so many of them for each address.
    pub fn new(most: usize, each: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(most)), each: PerAddress::new(each) }
    }

    /// Takes one for this address; the host is not counted.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when the address has as many as it may, [`Error::Unavailable`] when none is free.
    pub fn take(&self, address: Option<Address>) -> Result<Taken, Error> {
        let each = address.map(|address| self.each.take(address)).transpose()?;
        let place = Arc::clone(&self.free).try_acquire_owned();
        let place = place.map_err(|_| Error::Unavailable("too many uploads at once; try again in a moment".into()))?;
        Ok(Taken { _place: place, _each: each })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_places_for_the_others_and_forgets_nothing() {
        let places = Places::new(3, 2);
        let (one, other) = (Some(Address::Here), Some(Address::Unnamed));
        let code = |taken: &Result<Taken, Error>| taken.as_ref().map(|_| ()).map_err(Error::code);
        let held = [places.take(one), places.take(one)];
        assert_eq!(code(&places.take(one)), Err("rate_limited"));
        let last = places.take(other);
        assert_eq!(code(&last), Ok(()));
        assert_eq!(code(&places.take(None)), Err("unavailable"));
        // What was refused for want of a place is not counted.
        assert_eq!(code(&places.take(other)), Err("unavailable"));
        drop((held, last));
        assert!(places.each.held.lock().unwrap().is_empty(), "nothing is kept of who is gone");
        assert_eq!(code(&places.take(one)), Ok(()));
    }
}
