//! System calls that no sandbox may make, as the kernel's own filter (seccomp).
//!
//! Namespaces and dropped capabilities take away what these calls could do to the machine. The filter takes away the calls
//! themselves: they are where the kernel has been broken most often, and nothing that belongs into a sandbox needs them.
//! A refused call answers `EPERM`, as with every other lack of rights. Calls for another architecture end the process.

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write as _};
use std::os::fd::OwnedFd;

use rustix::fs::MemfdFlags;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

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

/// Refused in every sandbox.
const NOBODY: &[i64] = &[
    // Keys of the kernel, which namespaces do not separate.
    libc::SYS_add_key,
    libc::SYS_keyctl,
    libc::SYS_request_key,
    // Programs in the kernel, and its insides.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_lookup_dcookie,
    libc::SYS_syslog,
    // File systems: a namespace of one's own would allow mounting.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_fanotify_init,
    libc::SYS_open_by_handle_at,
    // The machine.
    libc::SYS_acct,
    libc::SYS_reboot,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
    libc::SYS_nfsservctl,
    // Other namespaces.
    libc::SYS_setns,
];

/// Refused to workflows besides.
const WORKFLOW: &[i64] = &[
    libc::SYS_unshare,
    libc::SYS_chroot,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
];

/// Refused to guards besides.
const GUARD: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_memfd_create,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_fchmodat,
    libc::SYS_fchownat,
    libc::SYS_mkdirat,
];

/// Ports and descriptor tables, which only this architecture has.
#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: &[i64] = &[
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
    libc::SYS_kexec_file_load,
    libc::SYS_uselib,
];
#[cfg(not(target_arch = "x86_64"))]
const ARCHITECTURE: &[i64] = &[];

/// Families that sockets may have. The others (packets, Bluetooth, the host of a virtual machine, the kernel's own
/// cryptography…) are either without use here or lead past the network's rules.
const FAMILIES: [i32; 4] = [
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

/// Requests that put characters into somebody else's terminal.
const TERMINAL: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];

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
        Confinement::Guard => [WORKFLOW, GUARD].concat(),
    };
    for call in [NOBODY, ARCHITECTURE, &besides].concat() {
        // No rule at all: whatever its arguments.
        rules.insert(call, Vec::new());
    }
    let foreign = FAMILIES
        .iter()
        .map(|family| {
            let family = u64::from(family.unsigned_abs());
            SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, family)
        })
        .collect::<Result<Vec<_>, _>>()
        .and_then(SeccompRule::new)
        .map_err(wrong)?;
    for call in [libc::SYS_socket, libc::SYS_socketpair] {
        rules.insert(call, vec![foreign.clone()]);
    }
    let mut terminal = Vec::new();
    for request in TERMINAL {
        let is = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, request);
        terminal.push(
            is.and_then(|is| SeccompRule::new(vec![is]))
                .map_err(wrong)?,
        );
    }
    rules.insert(libc::SYS_ioctl, terminal);
    let architecture = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|error| SeccompError::Architecture(error.to_string()))?;
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture)
        .and_then(BpfProgram::try_from)
        .map_err(wrong)
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
