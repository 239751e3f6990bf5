//! Whether this server should be sent requests. Anybody may ask, as often as he likes: answers are remembered, and of those
//! who ask at once one does the work.

use crate::state::AppState;
use std::future::Future;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long the database's answer is remembered.
const DATABASE: Duration = Duration::from_secs(1);
/// Time for the database to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it is remembered that desktops can start.
const ABLE: Duration = Duration::from_secs(60);
/// And that they cannot: what is missing may be brought at any moment.
const UNABLE: Duration = Duration::from_secs(5);

/// Why not, in words for everybody.
type Answer = Result<(), String>;

/// What was found lately.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    database: Remembered,
    desktops: Remembered,
}

/// How each part of the server is.
#[derive(Debug)]
pub(crate) struct Checks {
    /// Requests are taken.
    pub(crate) serving: Answer,
    /// The database answers.
    pub(crate) database: Answer,
    /// Desktops can be started.
    pub(crate) desktops: Answer,
}

impl Readiness {
    /// Whether the database answers.
    pub(crate) async fn database(&self, state: &AppState) -> Answer {
        let ask = async {
            match timeout(PATIENCE, state.store().ping()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => tracing::error!(%error, "Database does not answer"),
                Err(_) => tracing::error!("Database does not answer in time"),
            }
            Err("the database does not answer".to_owned())
        };
        self.database.get(|_| DATABASE, ask).await
    }

    /// How everything is.
    pub(crate) async fn checks(&self, state: &AppState) -> Checks {
        let stops = state.stopping().is_cancelled() || state.fleet().is_stopping();
        Checks {
            serving: match stops {
                true => Err("the server is stopping".to_owned()),
                false => Ok(()),
            },
            database: self.database(state).await,
            desktops: self.desktops(state).await,
        }
    }

    async fn desktops(&self, state: &AppState) -> Answer {
        let lasts = |answer: &Answer| if answer.is_ok() { ABLE } else { UNABLE };
        let ask = async {
            let checks = state.fleet().preflight().await;
            let missing = checks.iter().filter(|check| check.required && !check.ok);
            // Their details may name what is nobody's business.
            let missing: Vec<&str> = missing.map(|check| check.name.as_str()).collect();
            if missing.is_empty() {
                return Ok(());
            }
            Err(format!(
                "no desktop can be started here, see `nen doctor`: {}",
                missing.join(", ")
            ))
        };
        self.desktops.get(lasts, ask).await
    }
}

#[derive(Debug, Default)]
struct Remembered(Mutex<Option<(Instant, Answer)>>);

impl Remembered {
    async fn get(
        &self,
        lasts: impl Fn(&Answer) -> Duration,
        ask: impl Future<Output = Answer>,
    ) -> Answer {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < lasts(answer)
        {
            return answer.clone();
        }
        let answer = ask.await;
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn many_who_ask_cost_one_question_for_as_long_as_its_answer_lasts() {
        let (remembered, asked) = (Remembered::default(), AtomicU32::new(0));
        let lasts = |answer: &Answer| match answer {
            Ok(()) => Duration::from_secs(60),
            Err(_) => Duration::from_secs(5),
        };
        let (remembered, asked) = (&remembered, &asked);
        let ask = |good: bool| {
            remembered.get(lasts, async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                if good { Ok(()) } else { Err("no".to_owned()) }
            })
        };
        let all = futures_util::future::join_all((0..100).map(|_| ask(false))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        let pass = async |seconds| {
            if let Some((at, _)) = &mut *remembered.0.lock().await {
                *at -= Duration::from_secs(seconds);
            }
        };
        pass(4).await;
        assert!(ask(true).await.is_err());
        pass(1).await;
        assert!(ask(true).await.is_ok());
        pass(59).await;
        assert!(ask(false).await.is_ok());
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
