// Package postgres keeps records and their log in PostgreSQL.
package postgres
