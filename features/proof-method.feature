@battery
Feature: The proof names the method of the request
  RFC 9449 §4.3, check 8: htm must match the method of the request that carries
  the proof. Methods are case-sensitive (RFC 9110 §9.1).

  @RFC9449-4.3-42 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof for another method is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is <value>
    Then it is refused

    Examples:
      | value                   |
      | another method          |
      | HEAD                    |
      | PUT                     |
      | PATCH                   |
      | DELETE                  |
      | OPTIONS                 |
      | QUERY                   |
      | followed by a space     |
      | preceded by a space     |
      | a comma list of methods |
      | cut short               |
      | a star                  |

  @RFC9449-4.3-42 @at:token @at:par
  Scenario: A proof for GET is refused where POST is sent
    Given an honest proof is accepted
    When the request carries a proof whose htm is GET
    Then it is refused

  @RFC9449-4.3-42 @at:userinfo @at:api
  Scenario: A proof for POST is refused where GET is sent
    Given an honest proof is accepted
    When the request carries a proof whose htm is POST
    Then it is refused

  @RFC9449-4.3-42 @at:api @aggressive
  Scenario Outline: A proof for one way of writing is refused with another
    Given an honest proof is accepted
    When a <method> request has a proof whose htm is <other>
    Then nothing is given away

    Examples:
      | method | other |
      | PUT    | POST  |
      | PATCH  | PUT   |
      | DELETE | POST  |

  @RFC9449-4.3-43 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with the method in other letter case is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is <value>
    Then it is refused

    Examples:
      | value         |
      | in lower case |
      | in mixed case |

  @RFC9449-4.3-13 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof without a usable htm is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is <value>
    Then it is refused

    Examples:
      | value               |
      | missing             |
      | null                |
      | empty               |
      | a number            |
      | true                |
      | an object           |
      | an array            |
      | an array of methods |

  @RFC9449-4.3-43 @at:api
  Scenario: A method in lower case is not the one in upper case
    Given the request has the method "patch"
    And an honest proof is accepted
    When the request carries a proof whose htm is in upper case
    Then it is refused

  @RFC9449-4.3-44 @at:userinfo @at:api
  Scenario: A proof for GET is refused with HEAD
    Given an honest proof is accepted
    When a HEAD request carries a proof for GET
    Then it is refused

  @RFC9449-4.3-44 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: What would override the method does not
    Given an honest proof is accepted
    When the request carries a proof for another method, which <field> names
    Then it is refused

    Examples:
      | field                  |
      | X-HTTP-Method-Override |
      | X-HTTP-Method          |
      | X-Method-Override      |
      | the parameter _method  |

  @RFC9449-4.3-44 @at:token @at:par
  Scenario: A field of the form does not override the method
    Given an honest proof is accepted
    When the request carries a proof for another method, which the form field _method names
    Then it is refused
