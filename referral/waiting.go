package referral

import "slices"

// Waiting reports whether the person is still waiting to be spoken to.
func (r *Referral) Waiting() bool {
	return r.state == StateReceived || r.state == StateAccepted
}

// Rank returns 0 for routine and more for what is more urgent.
func (u Urgency) Rank() int { return max(slices.Index(urgencies, u), 0) }

// Raised returns the urgency that is so many classes higher, or the highest.
func (u Urgency) Raised(classes int) Urgency {
	highest := len(urgencies) - 1
	return urgencies[min(u.Rank()+min(max(classes, 0), highest), highest)]
}
