//! System calls that no sandbox may make, as the kernel's own filter (seccomp).
//!
//! Namespaces and dropped capabilities take away what these calls could do to the machine. The filter takes away the calls
//! themselves: they are where the kernel has been broken most often, and nothing that belongs into a sandbox needs them.
//! A refused call answers `EPERM`, as with every other lack of rights. Calls for another architecture end the process.

mod arguments;
mod calls;

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write as _};
use std::os::fd::OwnedFd;

use rustix::fs::MemfdFlags;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, SeccompRule, TargetArch, sock_filter};

use calls::{ARCHITECTURE, GUARD, GUARD_ARCHITECTURE, NOBODY, WORKFLOW};

/// What a sandbox is for, which says what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confinement {
    /// A desktop. Browsers make namespaces for a sandbox of their own, and people debug programs.
    Desktop,
    /// A workflow: one interpreter, and what it starts.
    Workflow,
    /// The guard of a sandbox's network, which is outside of it and starts nothing.
    Guard,
}

/// Why there is no filter.
#[derive(Debug, thiserror::Error)]
pub enum SeccompError {
    /// This machine's architecture is not known to the filter's compiler.
    #[error("no system-call filter for this architecture: {0}")]
    Architecture(String),
    /// The filter cannot be compiled.
    #[error("the system-call filter cannot be compiled: {0}")]
    Filter(String),
    /// It cannot be handed on.
    #[error("the system-call filter cannot be handed on: {0}")]
    Memory(#[from] io::Error),
}

/// The filter of a sandbox, as bubblewrap reads it from the descriptor after `--seccomp`: to be read once.
///
/// # Errors
/// When this architecture has none, or there is no memory for it.
pub fn filter(confinement: Confinement) -> Result<OwnedFd, SeccompError> {
    let program = compile(confinement)?;
    let memory =
        rustix::fs::memfd_create("seccomp", MemfdFlags::CLOEXEC).map_err(io::Error::from)?;
    let mut file = std::fs::File::from(memory);
    file.write_all(&bytes(&program))?;
    file.rewind()?;
    Ok(file.into())
}

/// Puts the filter on this process, which cannot take it off again. Its threads must all have been started by this one.
///
/// # Errors
/// When this architecture has none, or the kernel does not take it.
pub fn confine(confinement: Confinement) -> Result<(), SeccompError> {
    let program = compile(confinement)?;
    seccompiler::apply_filter(&program).map_err(|error| SeccompError::Filter(error.to_string()))
}

fn compile(confinement: Confinement) -> Result<BpfProgram, SeccompError> {
    let wrong = |error: seccompiler::BackendError| SeccompError::Filter(error.to_string());
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = BTreeMap::new();
    let besides = match confinement {
        Confinement::Desktop => Vec::new(),
        Confinement::Workflow => WORKFLOW.to_vec(),
        Confinement::Guard => [WORKFLOW, GUARD, GUARD_ARCHITECTURE].concat(),
    };
    for call in [NOBODY, ARCHITECTURE, &besides].concat() {
        // No rule at all: whatever its arguments.
        rules.insert(call, Vec::new());
    }
    rules.extend(arguments::rules().map_err(wrong)?);
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|error| SeccompError::Architecture(error.to_string()))?;
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let listed = SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture)
        .and_then(BpfProgram::try_from)
        .map_err(wrong)?;
    Ok(numbers_of_another_kind()
        .into_iter()
        .chain(listed)
        .collect())
}

/// On x86-64 every call has a second number, of the x32 kind, where the kernel was built with it. Such a number stands in
/// no list, so all of them are refused before the lists are asked. Beyond them is -1, by which a debugger skips a call.
fn numbers_of_another_kind() -> [sock_filter; 4] {
    const X32: u32 = 0x4000_0000;
    let step = |code: u32, jt, jf, k| sock_filter {
        code: u16::try_from(code).unwrap_or_default(),
        jt,
        jf,
        k,
    };
    let at_least = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
    [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(at_least, 2, 0, 2 * X32),
        step(at_least, 0, 1, X32),
        step(
            libc::BPF_RET | libc::BPF_K,
            0,
            0,
            libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs(),
        ),
    ]
}

/// A program as an array of `struct sock_filter`, in this machine's byte order.
fn bytes(program: &BpfProgram) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(program.len() * 8);
    for instruction in program {
        bytes.extend(instruction.code.to_ne_bytes());
        bytes.extend([instruction.jt, instruction.jf]);
        bytes.extend(instruction.k.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_filters_are_what_the_kernel_takes() {
        let mut sizes = Vec::new();
        let all = [
            Confinement::Desktop,
            Confinement::Workflow,
            Confinement::Guard,
        ];
        for confinement in all {
            let mut read = Vec::new();
            let mut file = std::fs::File::from(filter(confinement).unwrap());
            file.read_to_end(&mut read).unwrap();
            assert_eq!(read.len() % 8, 0);
            // BPF_MAXINSNS
            assert!(read.len() / 8 < 4096);
            sizes.push(read.len());
        }
        assert!(sizes.is_sorted(), "each may less than the one before");
    }
}
