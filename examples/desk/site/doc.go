// Package site is the desk for people: the pages of package page, filled from what package app
// answers, and their forms, behind package gate.
//
//	s, err := site.New(site.Options{Desks: desks, Gate: g, Log: log})
//	s.Mount(mux)                                    // and gate.Options.Refuse is s.Refuse
//
// A handler reads a form, asks one thing of a desk, and draws a page or goes on to one. All of
// them stand in one table, with the roles that may use them.
//
// # Forms
//
// They work without script. Following a link changes nothing; a POST does, and is answered by a
// redirect, so that neither Back nor a reload sends it again. What a form sends is known again by
// its key and by what was typed: pressed twice it is saved once, and gone back to and changed it
// is another. Nothing that was typed is lost: it stands in the form again where something is to
// be put right, beside what is there now where somebody else was faster, and on the page that says
// that it cannot be saved just now, with a button that sends it again.
//
// # What stands where
//
// Addresses hold IDs and numbers, never names, needs or what was typed. Who may not know that
// somebody is known here is told that there is no such page; who may not see a page that
// everybody knows of is told so in words.
package site
