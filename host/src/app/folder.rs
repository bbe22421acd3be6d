//! What lies in a folder.

use super::{AccessError, App, AppPath, Read};

impl App {
    /// Whether nothing lies in a folder, or there is no such folder.
    ///
    /// # Errors
    /// The path leaves the app, is no folder, or the operating system refuses.
    pub fn is_empty_folder(&self, path: &str) -> Result<bool, AccessError> {
        let path = AppPath::new(path).ok_or(AccessError::OutsideApp)?;
        self.record(Read::Entry(path.clone()));
        match self.metadata(&path) {
            Ok((location, _)) => Ok(std::fs::read_dir(location)?.next().is_none()),
            Err(AccessError::Missing) => Ok(true),
            Err(error) => Err(error),
        }
    }
}
