// Package session is about one planned attendance: a visit, a phone call, an
// afternoon in the garden group.
//
// People who need company most are often the ones who do not come at first. A
// session that somebody missed is therefore not the end of anything, and why
// they missed it decides what to do next: whoever could not pay the bus needs a
// fare, whoever stood at the door and turned round needs a companion and a
// smaller step, and whoever does not want to come is to be left in peace.
// [Advise] turns a [Cause] into advice; package placement records the next step.
//
//	x := session.New("S-1", may)
//	err := p.PlanSession(x, start, stamp)
//	err = store.Save(ctx, db, p, x) // a conflict if the placement has ended meanwhile
//
//	err = x.Miss(session.Anxiety, stamp)
//	advice := session.Advise(x.Plan().Step, x.Cause()) // one step gentler, with somebody to come along
//	err = p.MoveTo(advice.Next, x.Cause(), stamp)
//
// A [Session] belongs to a placement and, once it is planned, lives on its own, so
// that a provider can fill in an attendance list without touching anything else.
package session
