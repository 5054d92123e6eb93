"""The receivers of test-vectors/README.md. Each is a function of the state, which gives a function of the input; that one
gives the output, or raises a Refusal. What is in the files as hexadecimal is bytes there."""

from credential import schema_digest
from receivers import (
    auditors, decodes, definitions, desk, documents, epochs, holder, host, issuer, lists, parties, platform, provers, registries, registry,
    wallets,
)
from receivers.consent import consent, decoy
from receivers.following import following
from receivers.parts import decoding

RECEIVERS = {
    "AuditorGroup": auditors.auditor_group,
    "AuditorShare": auditors.auditor_share,
    "BasePoint": definitions.base_point,
    "CardAnswer": desk.card_answer,
    "CardQuestion": registry.card_question,
    "ClosedEpoch": lists.closed_epoch,
    "CodeSet": holder.table("CodeSet"),
    "CosignedHeadSet": lists.cosigned_head_set,
    "CredentialOffer": holder.credential_offer,
    "CredentialRequest": issuer.credential_request,
    "CredentialResponse": holder.credential_response,
    "Decoding": decodes.decoding,
    "Decrypting": auditors.decrypting,
    "DigitSet": holder.table("DigitSet"),
    "EpochFile": lists.epoch_file,
    "EpochUpdate": lists.epoch_update,
    "DirectoryCosigner": host.cosigner,
    "Equivocation": host.equivocation,
    "Evidence": auditors.evidence,
    "HeadSet": lists.head_set,
    "LogAuditor": lists.log_auditor,
    "Cosigner": lists.cosigner,
    "LogSegment": lists.log_segment,
    "Oprf": definitions.oprf,
    "PinnedDirectory": host.pinned_directory,
    "PresentationRequest": holder.presentation_request,
    "Publishing": holder.publishing,
    "PlatformEpoch": epochs.platform_epoch,
    "RequestBySchemas": decodes.by_schemas,
    "Schema": decoding("Schema", lambda schema, data: {"digest": schema_digest(data).hex()}),
    "SignedDirectory": host.signed_directory,
    "SignedHead": lists.signed_head,
    "SymbolEvaluation": issuer.symbol_evaluation,
    "SymbolRequestBytes": decoding("SymbolRequest"),
    "Transcript": definitions.transcript,
    "VerificationCall": platform.verification_call,
    "Verdict": desk.verdict,
    "Vouching": platform.vouching,
    "VerdictByDirectory": desk.by_directory,
    "Registry": registries.registry,
    "FlagRegistry": registries.flag_registry,
    "Consent": consent,
    "Decoy": decoy,
    "Following": following,
    "SealedWallet": wallets.sealed_wallet,
    "SealWallet": wallets.seal_wallet,
    "SealedBackup": wallets.sealed_backup,
    "SealBackup": wallets.seal_backup,
    "NewPasscode": wallets.new_passcode,
    "SealedDevice": wallets.sealed_device,
    "SealDevice": wallets.seal_device,
    "DeviceSession": wallets.device_session,
    **documents.RECEIVERS,
    **provers.RECEIVERS,
    **parties.RECEIVERS,
}

# Intermediate values of valid vectors, computed anew from the state and what the trace gives.
TRACES = parties.TRACES
