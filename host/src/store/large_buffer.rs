//! Memory for a whole game, mapped for itself and given back to the system when it is done. An allocator keeps what
//! large vectors had: 20 MB for each thread that ever held an upload.

use bytes::Bytes;
use memmap2::MmapMut;
use std::{
    fs::File,
    io::{self, Read},
    ops::Deref,
    path::Path,
};

/// Bytes up to a capacity that is set at the beginning. Pages are taken only as they are written.
#[derive(Debug)]
pub struct LargeBuffer {
    map: MmapMut,
    len: usize,
}

impl LargeBuffer {
    /// An empty buffer for at most `capacity` bytes.
    ///
    /// # Errors
    /// The system has no memory.
    pub fn with_capacity(capacity: usize) -> io::Result<Self> {
        // A mapping cannot be empty.
        Ok(Self { map: MmapMut::map_anon(capacity.max(1))?, len: 0 })
    }

    /// A file's first `bytes` bytes, or all of it when it is shorter by now.
    ///
    /// # Errors
    /// The file cannot be read, or the system has no memory.
    pub fn read(path: &Path, bytes: u64) -> io::Result<Self> {
        let capacity = usize::try_from(bytes).map_err(io::Error::other)?;
        let mut buffer = Self::with_capacity(capacity)?;
        let mut file = File::open(path)?;
        while buffer.len < capacity {
            match file.read(&mut buffer.map[buffer.len..capacity]) {
                Ok(0) => break,
                Ok(n) => buffer.len += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(buffer)
    }

    /// Adds bytes.
    ///
    /// # Panics
    /// They exceed the capacity.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.map[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// The bytes, to be shared. Nothing is copied; the mapping ends with the last of its users.
    pub fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl Deref for LargeBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map[..self.len]
    }
}

impl AsRef<[u8]> for LargeBuffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in_up_to_its_capacity() {
        let mut buffer = LargeBuffer::with_capacity(5).unwrap();
        buffer.extend(b"abc");
        buffer.extend(b"de");
        assert_eq!(buffer.into_bytes(), "abcde");
        assert_eq!(LargeBuffer::with_capacity(0).unwrap().into_bytes(), "");
    }

    #[test]
    fn reads_no_more_than_was_asked_for_and_copes_with_less() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(&*LargeBuffer::read(&path, 4).unwrap(), b"0123");
        assert_eq!(&*LargeBuffer::read(&path, 40).unwrap(), b"0123456789");
    }
}
