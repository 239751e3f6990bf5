//! Every body of the API is refused or understood, and what is understood means the same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nen_protocol::body;
use nen_protocol::desktop::{CreateDesktop, RenameDesktop};
use nen_protocol::session::SessionRequest;
use nen_protocol::workflow::{
    AgentExecute, AgentExtract, AgentVerify, Publish, Rollback, SetModelBudget, StartRun, Upload,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(wanted) = CreateDesktop::parse(bytes) {
        assert_eq!(
            CreateDesktop::parse(&serde_json::to_vec(&wanted).unwrap()),
            Ok(wanted)
        );
    }
    same::<RenameDesktop>(bytes);
    same::<SessionRequest>(bytes);
    same::<AgentExecute>(bytes);
    same::<AgentVerify>(bytes);
    same::<AgentExtract>(bytes);
    same::<StartRun>(bytes);
    same::<Upload>(bytes);
    same::<Publish>(bytes);
    same::<Rollback>(bytes);
    same::<SetModelBudget>(bytes);
});

fn same<T: Serialize + DeserializeOwned + Debug + PartialEq>(bytes: &[u8]) {
    if let Ok(wanted) = body::parse::<T>(bytes) {
        let again = serde_json::to_vec(&wanted).unwrap();
        assert_eq!(body::parse::<T>(&again), Ok(wanted));
    }
}
