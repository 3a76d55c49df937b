-- Some ten seconds of what databases are asked for: rows that come, are looked
-- up, joined, grouped, sorted, changed and removed.
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, town INT, age INT);
CREATE TABLE town(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE visit(person INT, town INT, day INT, note TEXT);

INSERT INTO town
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
  SELECT i, printf('town %d of %x', i, i * 7919 % 65536) FROM n;
INSERT INTO person
  WITH RECURSIVE n(i) AS (
    SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)
  SELECT i, hex(i * 2654435761 % 4294967296) || ' of ' || i, i * 31 % 2000 + 1,
         i * 17 % 90 FROM n;
INSERT INTO visit
  WITH RECURSIVE n(i) AS (
    SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1800000)
  SELECT i * 7919 % 500000 + 1, i * 104729 % 2000 + 1, i % 3650,
         substr('seen nothing but rain and roads', i % 20, 9) FROM n;
CREATE INDEX visits ON visit(person, day);
CREATE INDEX names ON person(name);

SELECT count(*), sum(age) FROM person JOIN town ON town.id = person.town
  WHERE town.name LIKE '%a%';
SELECT town.name, count(*), avg(person.age), max(visit.day)
  FROM visit JOIN person ON person.id = visit.person
             JOIN town ON town.id = visit.town
  GROUP BY town.id ORDER BY 2 DESC, 1 LIMIT 5;
SELECT count(DISTINCT note), group_concat(DISTINCT substr(note, 1, 2))
  FROM visit WHERE note LIKE '%o%';
SELECT sum((SELECT count(*) FROM visit
            WHERE visit.person = person.id AND day BETWEEN 100 AND 1200))
  FROM person;
SELECT name FROM person ORDER BY substr(name, 3), age DESC LIMIT 3 OFFSET 249000;
UPDATE visit SET note = upper(note) || ' ' || day WHERE person % 3 = 1;
UPDATE person SET age = age + (SELECT count(*) FROM visit
                               WHERE visit.person = person.id);
DELETE FROM visit WHERE day % 7 = 2;
SELECT count(*), total(length(note)), total(day) FROM visit;
SELECT name, rank() OVER (PARTITION BY town ORDER BY age, name) AS place
  FROM person ORDER BY place DESC, name LIMIT 3;
