-- Real work for the SQLite shell, on the file database it was started with.
-- Every SELECT is ordered, and nothing depends on the time or on random().
.bail on
.headers off
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys = ON;
PRAGMA threads = 4;

.print == tables and 20,000 rows by a recursive query
CREATE TABLE customer(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  region TEXT CHECK (region IN ('north', 'south', 'east', 'west')),
  credit REAL DEFAULT 100.0);
CREATE TABLE purchase(
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
  day TEXT NOT NULL,
  cents INTEGER NOT NULL,
  note TEXT,
  net AS (cents * 100 / 119) STORED);
CREATE INDEX purchase_customer ON purchase(customer, day);
CREATE INDEX purchase_large ON purchase(cents) WHERE cents > 90000;
CREATE TABLE audit(what TEXT, n INTEGER);
CREATE TRIGGER purchase_deleted AFTER DELETE ON purchase BEGIN
  INSERT INTO audit VALUES('deleted', old.id);
END;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO customer(id, name, region)
  SELECT i, printf('customer %04d', i),
         CASE i % 4 WHEN 0 THEN 'north' WHEN 1 THEN 'south' WHEN 2 THEN 'east' ELSE 'west' END
  FROM n;
WITH RECURSIVE n(i, x) AS (
  SELECT 1, 12345
  UNION ALL SELECT i + 1, (x * 1103515245 + 12345) % 2147483648 FROM n WHERE i < 20000)
INSERT INTO purchase(id, customer, day, cents, note)
  SELECT i, x / 7 % 500 + 1, date('2020-01-01', (i % 730) || ' days'), x % 100000,
         CASE WHEN i % 10 = 0 THEN hex(printf('%x', x)) END
  FROM n;
COMMIT;
SELECT 'rows', (SELECT count(*) FROM customer), (SELECT count(*) FROM purchase);
SELECT 'ids', sum(id), min(id), max(id) FROM purchase;
ANALYZE;

.print == joins and aggregates
SELECT region, count(*), sum(cents), round(avg(cents), 3), count(note), max(day)
  FROM customer JOIN purchase ON purchase.customer = customer.id
  GROUP BY region ORDER BY region;
SELECT name, total FROM (
  SELECT customer, sum(net) AS total FROM purchase GROUP BY customer HAVING count(*) > 30)
  JOIN customer ON customer.id = customer
  ORDER BY total DESC, name LIMIT 7;
SELECT 'without', count(*) FROM customer LEFT JOIN purchase
  ON purchase.customer = customer.id AND cents > 99900 WHERE purchase.id IS NULL;
SELECT 'large', count(*), sum(cents) FROM purchase WHERE cents > 90000;
SELECT 'months', group_concat(month || '=' || c, ' ') FROM (
  SELECT substr(day, 1, 7) AS month, count(*) AS c FROM purchase
  GROUP BY 1 ORDER BY 1 LIMIT 6);
SELECT 'exists', count(*) FROM customer AS c WHERE EXISTS (
  SELECT 1 FROM purchase WHERE customer = c.id AND cents < 50);
SELECT day, cents FROM purchase ORDER BY cents DESC, day, id LIMIT 3 OFFSET 5;
SELECT 'set operations', count(*) FROM (
  SELECT customer FROM purchase WHERE day < '2020-03-01'
  INTERSECT SELECT customer FROM purchase WHERE day > '2021-10-01'
  EXCEPT SELECT id FROM customer WHERE region = 'west');

.print == window functions
SELECT id, cents, row_number() OVER w, rank() OVER (ORDER BY cents / 1000),
       sum(cents) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW),
       lag(cents, 1, 0) OVER w, first_value(id) OVER w, ntile(4) OVER w
  FROM purchase WHERE customer = 17 WINDOW w AS (ORDER BY day, id) ORDER BY day, id LIMIT 8;
SELECT region, id, share FROM (
  SELECT region, customer.id, round(100.0 * sum(cents) / sum(sum(cents)) OVER (PARTITION BY region), 4)
           AS share,
         row_number() OVER (PARTITION BY region ORDER BY sum(cents) DESC) AS place
  FROM customer JOIN purchase ON purchase.customer = customer.id GROUP BY customer.id)
  WHERE place <= 2 ORDER BY region, place;

.print == JSON
SELECT json_group_array(json_object('id', id, 'name', name)) FROM (SELECT * FROM customer ORDER BY id LIMIT 3);
SELECT json_extract('{"a":[1,{"b":[true,null,2.5e3]}],"c":"\u20ac"}', '$.a[1].b[2]', '$.c');
SELECT key, value, type, fullkey FROM json_tree('{"x":[10,{"y":"z"}],"w":null}') ORDER BY id;
SELECT json_set('{"a":1}', '$.b', json('[1,2]')), json_patch('{"a":1,"b":2}', '{"b":null,"c":3}'),
       '{"a":{"b":7}}' -> '$.a' ->> 'b', json_valid('{bad');

.print == full text
CREATE VIRTUAL TABLE document USING fts5(title, body, tokenize = 'porter');
INSERT INTO document VALUES
  ('stubs', 'A stub is a far call jump in a just in time compiler'),
  ('executors', 'The executor runs compiled code; compilers only compile'),
  ('pages', 'No page is ever writable and executable');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO document SELECT 'filler ' || i, 'word' || (i % 97) || ' and word' || (i % 89) FROM n;
SELECT title, snippet(document, 1, '[', ']', '...', 6) FROM document WHERE document MATCH 'compile' ORDER BY rank, title;
SELECT 'matches', count(*) FROM document WHERE document MATCH 'word5 NOT word7';
SELECT title, round(bm25(document), 6) FROM document WHERE document MATCH 'title : executor OR page' ORDER BY 2, 1;
INSERT INTO document(document) VALUES('integrity-check');
CREATE VIRTUAL TABLE old_document USING fts4(body);
INSERT INTO old_document SELECT body FROM document WHERE rowid <= 500;
SELECT 'fts4', count(*) FROM old_document WHERE body MATCH 'word1*';

.print == boxes
CREATE VIRTUAL TABLE box USING rtree(id, left, right, bottom, top);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2499)
INSERT INTO box SELECT i, i % 50, i % 50 + 0.5, i / 50, i / 50 + 0.5 FROM n;
SELECT 'boxes', count(*) FROM box WHERE left >= 10 AND right <= 20 AND bottom >= 10 AND top <= 20;

.print == mathematics and strings
SELECT round(sin(1) * sin(1) + cos(1) * cos(1), 12), round(exp(ln(10)), 9), sqrt(2), pi(), power(2, 0.5),
       log2(1024), ceil(-1.5), trunc(-1.5), mod(7, 3), 7 / 2, 7 % -3, 1e308 * 10, 9223372036854775807 + 1;
SELECT upper('straße'), length('€uro'), unicode('€'), char(72, 105), substr('hello', -3, 2), instr('hello', 'l'),
       replace('aaa', 'a', 'bc'), trim('  x '), hex(x'00ff'), quote('it''s'), quote(x'0a'), typeof(1.0), printf('%,d|%08.3f|%e|%q', 1234567, 3.14159, 12345.678, 'a''b');
SELECT date('2024-02-29', '+1 year'), julianday('2000-01-01 12:00'), strftime('%Y-%j %W %H:%M', 1700000000, 'unixepoch'), time('23:59:59', '+2 seconds');
SELECT 'abc' LIKE 'A_C', 'abc' GLOB 'a*', 'a' < 'B', 'a' < 'B' COLLATE NOCASE, NULL IS NULL, 1 = '1', coalesce(NULL, 2), iif(1 > 2, 'x', 'y');
WITH RECURSIVE
  pixel_x(x) AS (VALUES(-2.0) UNION ALL SELECT x + 0.05 FROM pixel_x WHERE x < 1.2),
  pixel_y(y) AS (VALUES(-1.0) UNION ALL SELECT y + 0.1 FROM pixel_y WHERE y < 1.0),
  m(iteration, cx, cy, x, y) AS (
    SELECT 0, x, y, 0.0, 0.0 FROM pixel_x, pixel_y
    UNION ALL
    SELECT iteration + 1, cx, cy, x * x - y * y + cx, 2.0 * x * y + cy FROM m
     WHERE (x * x + y * y) < 4.0 AND iteration < 28),
  m2(iteration, cx, cy) AS (SELECT max(iteration), cx, cy FROM m GROUP BY cx, cy),
  line(t) AS (SELECT group_concat(substr(' .+*#', 1 + min(iteration / 7, 4), 1), '') FROM m2 GROUP BY cy)
SELECT group_concat(rtrim(t), x'0a') FROM line;

.print == transactions
BEGIN;
UPDATE customer SET credit = credit - id / 3.0 WHERE id % 2;
SAVEPOINT inner;
DELETE FROM customer WHERE id > 100;
SELECT 'in savepoint', (SELECT count(*) FROM customer), (SELECT count(*) FROM audit) > 0;
ROLLBACK TO inner;
SELECT 'after it', (SELECT count(*) FROM customer), (SELECT count(*) FROM audit);
DELETE FROM purchase WHERE customer = 500;
COMMIT;
SELECT 'audit', (SELECT count(*) FROM audit) = 20000 - (SELECT count(*) FROM purchase);
INSERT INTO customer(id, name, region) VALUES(1, 'again', 'west')
  ON CONFLICT(id) DO UPDATE SET credit = credit + 1000 RETURNING id, name, round(credit, 3);
UPDATE purchase SET note = upper(note) FROM customer
  WHERE customer.id = purchase.customer AND region = 'east' AND note IS NOT NULL;
SELECT 'changed', changes() > 100;
DELETE FROM audit WHERE rowid > 3 ORDER BY n LIMIT 2;

.print == plans and schema
EXPLAIN QUERY PLAN SELECT day FROM purchase WHERE customer = 3 ORDER BY day;
EXPLAIN QUERY PLAN SELECT name FROM customer JOIN purchase ON customer.id = customer WHERE cents > 99000;
CREATE VIEW rich AS SELECT name, credit FROM customer WHERE credit > 99;
ALTER TABLE purchase RENAME COLUMN note TO remark;
ALTER TABLE customer ADD COLUMN email TEXT;
.schema purchase
.tables
.indexes

.print == the shell
.mode box
SELECT * FROM rich ORDER BY name LIMIT 3;
.mode json
SELECT id, day, remark FROM purchase WHERE id IN (10, 11);
.mode csv
SELECT 'a,b', 'say "x"', NULL, 1.5;
.mode quote
SELECT 'it''s', x'00', NULL, 0.1;
.mode list
.separator ;
.output exported.txt
SELECT id, cents FROM purchase ORDER BY id LIMIT 1000;
.output
CREATE TABLE imported(id INTEGER, cents INTEGER);
.import exported.txt imported
SELECT 'imported', count(*), sum(id) FROM imported;
SELECT 'blob', writefile('blob.bin', zeroblob(1000000) || x'01'), length(readfile('blob.bin'));
.shell echo from a shell
.parameter set @limit 2
SELECT id FROM customer ORDER BY id LIMIT @limit;
.backup copy.db
.once once.txt
SELECT 'written once';

.print == a large sort and VACUUM
CREATE TABLE large AS
  WITH RECURSIVE n(i, x) AS (
    SELECT 1, 99 UNION ALL SELECT i + 1, (x * 1103515245 + 12345) % 2147483648 FROM n WHERE i < 60000)
  SELECT i, x, hex(x) AS h FROM n;
CREATE UNIQUE INDEX large_xi ON large(x, h, i);
SELECT 'sorted', i, x FROM large ORDER BY h DESC, i LIMIT 2;
SELECT 'distinct', count(DISTINCT x) <= 60000, sum(i) FROM large;
DROP TABLE large;
VACUUM;
PRAGMA integrity_check;
PRAGMA wal_checkpoint(TRUNCATE);
