//! When a desktop has been unused for too long, or has lived for too long.

use nen_protocol::desktop::{DesktopStatus, OnIdle};

/// What is known about a desktop's use. Times are Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Use {
    pub status: DesktopStatus,
    /// Calls and viewers that are at it now.
    pub users: usize,
    pub last_active: i64,
    /// 0: never idle.
    pub idle_timeout: u64,
    pub on_idle: OnIdle,
    pub expires_at: Option<i64>,
}

/// What is to be done with it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Pause,
    DeleteIdle,
    DeleteExpired,
}

impl Use {
    /// What is due at this time.
    pub fn due(&self, now: i64) -> Option<Due> {
        if matches!(
            self.status,
            DesktopStatus::Creating | DesktopStatus::Deleted
        ) {
            return None;
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Some(Due::DeleteExpired);
        }
        let idle_from = self.idle_from()?;
        if idle_from > now {
            return None;
        }
        match self.on_idle {
            OnIdle::Pause => Some(Due::Pause),
            OnIdle::Delete => Some(Due::DeleteIdle),
        }
    }

    /// When something will next be due if nothing happens until then.
    pub fn next(&self) -> Option<i64> {
        [self.expires_at, self.idle_from()]
            .into_iter()
            .flatten()
            .min()
    }

    fn idle_from(&self) -> Option<i64> {
        let counts =
            self.status == DesktopStatus::Running && self.users == 0 && self.idle_timeout > 0;
        counts.then(|| {
            self.last_active
                .saturating_add(i64::try_from(self.idle_timeout).unwrap_or(i64::MAX))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Use = Use {
        status: DesktopStatus::Running,
        users: 0,
        last_active: 1000,
        idle_timeout: 60,
        on_idle: OnIdle::Pause,
        expires_at: None,
    };

    #[test]
    fn idle_time_counts_from_the_last_use() {
        assert_eq!(QUIET.due(1059), None);
        assert_eq!(QUIET.due(1060), Some(Due::Pause));
        assert_eq!(
            Use {
                on_idle: OnIdle::Delete,
                ..QUIET
            }
            .due(1060),
            Some(Due::DeleteIdle)
        );
        assert_eq!(QUIET.next(), Some(1060));
    }

    #[test]
    fn what_is_in_use_paused_or_never_idle_stays() {
        for stays in [
            Use { users: 1, ..QUIET },
            Use {
                status: DesktopStatus::Paused,
                ..QUIET
            },
            Use {
                status: DesktopStatus::Creating,
                expires_at: Some(1),
                ..QUIET
            },
            Use {
                idle_timeout: 0,
                ..QUIET
            },
            Use {
                idle_timeout: u64::MAX,
                ..QUIET
            },
        ] {
            assert_eq!(stays.due(i64::MAX - 1), None, "{stays:?}");
        }
    }

    #[test]
    fn the_hard_limit_holds_whether_used_paused_or_broken() {
        for status in [
            DesktopStatus::Running,
            DesktopStatus::Paused,
            DesktopStatus::Error,
        ] {
            let used = Use {
                status,
                users: 3,
                expires_at: Some(2000),
                ..QUIET
            };
            assert_eq!(used.due(1999), None);
            assert_eq!(used.due(2000), Some(Due::DeleteExpired));
            assert_eq!(used.next(), Some(2000));
        }
    }
}
