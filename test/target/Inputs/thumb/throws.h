// What throws.cpp and throws-part.cpp have for one another.

#include <functional>
#include <stdexcept>
#include <string>

struct Shape {
  virtual ~Shape();
  virtual int area() const = 0;
};
struct Square : Shape {
  explicit Square(int Side) : Side(Side) {}
  int area() const override;
  int Side;
};

struct Problem : std::runtime_error {
  Problem(const std::string &What, int Number)
      : std::runtime_error(What), Number(Number) {}
  int Number;
};

inline int count() {
  static int Calls = 10;
  return ++Calls;
}

int throw_from_part(int Number);
int catch_in_part(int (*Function)(int), int Number);
int clean_up_in_part(int (*Function)(int), int Number);
int sum(const std::function<int(int)> &Function);
int area(const Shape &Of);
int count_in_part();
std::string *string_of_thread();
int rethrow(int Number);
