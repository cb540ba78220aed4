package directory

// An Organisation runs services, such as a charity, a council, a club or a
// company.
type Organisation struct {
	ID            ID           `json:"id"`
	Name          string       `json:"name"`
	AlternateName string       `json:"alternateName,omitempty"`
	Description   string       `json:"description,omitempty"`
	Email         string       `json:"email,omitempty"`
	Website       string       `json:"website,omitempty"`
	Parent        ID           `json:"parent,omitempty"`      // the organisation that it belongs to
	Identifiers   []Identifier `json:"identifiers,omitempty"` // in public registers
	Phones        []Phone      `json:"phones,omitempty"`
	Contacts      []Contact    `json:"contacts,omitempty"`
	Freshness     Freshness    `json:"freshness,omitzero"`
	Provenance    Provenance   `json:"provenance,omitzero"`
	Extra         Extra        `json:"extra,omitempty"`
}

// An Identifier is a number in a public register, such as a company or charity
// number, or the UPRN of a place.
type Identifier struct {
	Scheme string `json:"scheme,omitempty"` // of org-id.guide where it has one, such as GB-CHC; or UPRN
	Kind   string `json:"kind,omitempty"`   // in words
	Value  string `json:"value"`
}
