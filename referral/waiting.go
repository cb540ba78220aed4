package referral

// Waiting reports whether the person is still waiting to be spoken to.
func (r *Referral) Waiting() bool {
	return (r.state == StateReceived || r.state == StateAccepted) && r.contacted.IsZero()
}
