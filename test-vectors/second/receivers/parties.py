"""Who receives keys, certificates, codes, symbols and orders of tickets, and reads states."""

from receivers import certificates, element, keys, qr, states, symbols, tickets

RECEIVERS = {
    **{kind: keys.decoded(kind) for kind in keys.PUBLIC},
    "Platform": keys.platform,
    "PlatformSnapshot": keys.platform_snapshot,
    "AuditorSnapshot": keys.auditor_snapshot,
    "CosignerSnapshot": keys.cosigner_snapshot,
    "DeskCertificate": certificates.certificate,
    "SignedRequest": certificates.signed_request,
    **element.RECEIVERS,
    **states.RECEIVERS,
    **symbols.RECEIVERS,
    "QrCode": qr.code,
    "QrFrames": qr.frames,
    "TicketRequest": tickets.request,
    "TicketCommitments": tickets.commitments,
    "TicketChallenges": tickets.challenges,
    "TicketAnswers": tickets.answers,
    "Ticket": tickets.ticket,
}

# Intermediate values of valid vectors, computed anew from the state and what the trace gives.
TRACES = {
    "TicketAnswers": tickets.trace_answers,
}
