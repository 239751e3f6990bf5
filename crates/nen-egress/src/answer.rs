//! Answers to the sandbox.

use std::net::Ipv4Addr;

use hickory_proto::op::{Edns, Message, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record};

/// Most addresses in one answer: with them the longest answer fits where 512 bytes is all that a program takes.
pub(crate) const MOST: usize = 12;

/// The answer to a question: a code, and addresses of the name that was asked for.
pub(crate) fn answer(
    question: &Message,
    code: ResponseCode,
    addresses: &[Ipv4Addr],
    ttl: u32,
) -> Vec<u8> {
    let asked = &question.metadata;
    let mut message = Message::error_msg(asked.id, asked.op_code, code);
    message.metadata.recursion_desired = asked.recursion_desired;
    message.metadata.recursion_available = true;
    if let [query] = &question.queries[..] {
        message.add_query(query.clone());
        message.add_answers(
            addresses.iter().take(MOST).map(|address| {
                Record::from_rdata(query.name().clone(), ttl, RData::A(A(*address)))
            }),
        );
    }
    if question.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(1232);
        message.set_edns(edns);
    }
    // What was read can be written; no answer makes the program ask again.
    message.to_vec().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::Query;
    use hickory_proto::rr::{Name, RecordType};

    use super::*;

    #[test]
    fn the_longest_answer_fits_into_512_bytes() {
        let label = "x".repeat(63);
        let name = format!("{label}.{label}.{label}.{}.", "y".repeat(61));
        let mut question = Message::query();
        question.add_query(Query::query(Name::from_ascii(name).unwrap(), RecordType::A));
        question.set_edns(Edns::new());
        let many: Vec<Ipv4Addr> = (0..100).map(|n| Ipv4Addr::new(203, 0, 113, n)).collect();
        let bytes = answer(&question, ResponseCode::NoError, &many, 60);
        assert!(bytes.len() <= 512, "{}", bytes.len());
        let read = Message::from_vec(&bytes).unwrap();
        assert_eq!(read.metadata.id, question.metadata.id);
        assert_eq!(read.answers.len(), MOST);
        assert!(read.edns.is_some());
    }
}
