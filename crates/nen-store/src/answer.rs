use std::fmt;

use sqlx::AnyConnection;

use crate::{StoreError, Ticket};

/// What a request with an idempotency key is answered, kept in the transaction that makes what it tells of: whenever a
/// process dies, both are there or neither. A request that is tried again therefore never makes a second thing.
pub struct Answer<T>(Option<Kept<T>>);

/// Makes status and body of what was made.
type Tell<T> = Box<dyn FnOnce(&T) -> (u16, String) + Send>;

struct Kept<T> {
    ticket: Ticket,
    tell: Tell<T>,
}

impl<T> Answer<T> {
    /// For a request without a key.
    pub fn none() -> Self {
        Self(None)
    }

    /// Keeps what `tell` makes of what was made: status and body. The body is stored as it is: not for answers that hold a
    /// secret. When nothing is made, the ticket gives its key up.
    pub fn new(
        ticket: Option<Ticket>,
        tell: impl FnOnce(&T) -> (u16, String) + Send + 'static,
    ) -> Self {
        Self(ticket.map(|ticket| Kept {
            ticket,
            tell: Box::new(tell),
        }))
    }

    /// The same for whoever makes what this is a view of.
    pub fn seen_by<U>(self, view: impl FnOnce(&U) -> T + Send + 'static) -> Answer<U>
    where
        T: 'static,
    {
        Answer(self.0.map(|Kept { ticket, tell }| Kept {
            ticket,
            tell: Box::new(move |made: &U| tell(&view(made))),
        }))
    }

    /// Writes the answer down. To be called last in the transaction; [`Written::committed`] after it.
    pub(crate) async fn write(
        self,
        tx: &mut AnyConnection,
        made: &T,
    ) -> Result<Written, StoreError> {
        let Some(Kept { ticket, tell }) = self.0 else {
            return Ok(Written(None));
        };
        let (status, body) = tell(made);
        ticket.write(tx, status, &body).await?;
        Ok(Written(Some(ticket)))
    }
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Answer").field(&self.0.is_some()).finish()
    }
}

/// An answer in a transaction. Dropped without [`Written::committed`], its key is given up.
pub(crate) struct Written(Option<Ticket>);

impl Written {
    /// Tells those who wait for it.
    pub fn committed(self) {
        if let Some(ticket) = self.0 {
            ticket.ended();
        }
    }
}
