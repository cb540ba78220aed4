// Package extend holds what a scheme or a vendor adds to the library by itself: an indicator,
// rules, an importer and a picture. Each is a tested example that one page of docs/extend
// explains; a driver for another database is package filestore.
package extend
