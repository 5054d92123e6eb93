"""The receivers of test-vectors/README.md. Each is a function of the state, which gives a function of the input; that one
gives the output, or raises a Refusal. What is in the files as hexadecimal is bytes there."""

from receivers import parties, wallets
from receivers.desk import verdict

RECEIVERS = {
    "Verdict": verdict,
    "SealedWallet": wallets.sealed_wallet,
    "SealWallet": wallets.seal_wallet,
    "SealedBackup": wallets.sealed_backup,
    "SealBackup": wallets.seal_backup,
    "NewPasscode": wallets.new_passcode,
    "SealedDevice": wallets.sealed_device,
    "SealDevice": wallets.seal_device,
    "DeviceSession": wallets.device_session,
    **parties.RECEIVERS,
}

# Intermediate values of valid vectors, computed anew from the state and what the trace gives.
TRACES = parties.TRACES
