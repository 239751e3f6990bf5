//! One question from the sandbox, from its bytes to its answer.

use std::cell::RefCell;
use std::time::Instant;

use hickory_proto::op::ResponseCode;
use nen_host::network::Orders;
use nen_protocol::network::{Denied, DeniedReason};
use tokio::sync::Notify;

use crate::book::LONGEST_TTL;
use crate::question::{Decision, Question, decide};
use crate::reply::Verdict;
use crate::sets::Sets;
use crate::tally::Tally;
use crate::upstream;

/// What all parts of the process share; it has one thread.
#[derive(Debug)]
pub(crate) struct Guard {
    pub orders: Orders,
    pub sets: RefCell<Sets>,
    pub tally: RefCell<Tally>,
    /// Rings when there may be something to report.
    pub noted: Notify,
}

/// What there is to do about a question.
pub(crate) enum Next {
    Answer(Option<Vec<u8>>),
    Ask(Box<Question>),
}

impl Guard {
    /// Decides about the bytes of a question, and notes what is denied.
    pub fn decide(&self, bytes: &[u8]) -> Next {
        match decide(bytes, &self.orders.allow) {
            Decision::Ignore => Next::Answer(None),
            Decision::Answer(answer) => Next::Answer(Some(answer)),
            Decision::Denied { answer, name } => {
                self.note(of_name(name, DeniedReason::NotAllowed));
                Next::Answer(Some(answer))
            }
            Decision::Ask(question) => Next::Ask(question),
        }
    }

    /// Asks for an allowed name, and lets its addresses through before they are told.
    pub async fn ask(&self, question: &Question) -> Vec<u8> {
        let failed = || question.answer(ResponseCode::ServFail, &[], 0);
        match upstream::addresses(question.query(), &self.orders.own).await {
            Verdict::Addresses(addresses, ttl) => {
                let opened = self.sets.borrow_mut().open(&addresses, &question.ports);
                match opened {
                    Ok(()) => {
                        question.answer(ResponseCode::NoError, &addresses, ttl.min(LONGEST_TTL))
                    }
                    Err(_) => failed(),
                }
            }
            Verdict::Closed(address) => {
                self.note(Denied {
                    address: Some(address),
                    ..of_name(question.name.clone(), DeniedReason::Closed)
                });
                question.answer(ResponseCode::NXDomain, &[], 0)
            }
            Verdict::Nothing(code) => question.answer(code, &[], 0),
            Verdict::Alias(_) | Verdict::Truncated | Verdict::Useless | Verdict::Foreign => {
                failed()
            }
        }
    }

    /// Has something reported.
    pub fn note(&self, denied: Denied) {
        self.tally.borrow_mut().note(denied, Instant::now());
        self.noted.notify_one();
    }
}

fn of_name(name: String, reason: DeniedReason) -> Denied {
    Denied {
        name: Some(name),
        address: None,
        port: None,
        protocol: Some("dns".to_owned()),
        reason: Some(reason),
        count: 1,
    }
}
