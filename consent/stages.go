package consent

// An Item is one thing that may be told: a field, and the code of the need or flag.
type Item struct {
	Field string `json:"field"`
	Code  string `json:"code,omitempty"`
}

// A Split says what of some items may be told with the question whether there is a place,
// what only once the answer is yes, and what not at all, with the answers that say why.
type Split struct {
	WithQuestion []Item
	OnceYes      []Item
	Withheld     []Item
	Answers      []Answer // one for each item, at the stage at which it would be told
}

// Stages splits what an offer would tell a provider into what is told with the question
// whether there is a place, what is told once the answer is yes, and what is withheld.
// A provider who has no place does not need to know for whom it was.
func (p *Policy) Stages(f *File, q Ask, items ...Item) Split {
	var s Split
	for _, item := range items {
		q.Kind, q.Field, q.Code, q.Stage = "", item.Field, item.Code, WithQuestion
		a := p.Decide(f, q)
		switch {
		case a.Allow:
			s.WithQuestion = append(s.WithQuestion, item)
		default:
			q.Stage = OnceYes
			if a = p.Decide(f, q); a.Allow {
				s.OnceYes = append(s.OnceYes, item)
			} else {
				s.Withheld = append(s.Withheld, item)
			}
		}
		s.Answers = append(s.Answers, a)
	}
	return s
}

// A StagedPermission is a [Permission] that also knows how far an offer has come, and what
// the service needs.
type StagedPermission interface {
	Permission

	// AtStage returns the permission as it is at a stage of an offer of a service.
	AtStage(stage Stage, service string) Permission
}

// AtStage returns a permission as it is at a stage of an offer of a service, by its ID. One
// that is no [StagedPermission] is the same at each.
func AtStage(p Permission, stage Stage, service string) Permission {
	if s, ok := p.(StagedPermission); ok {
		return s.AtStage(stage, service)
	}
	return p
}
